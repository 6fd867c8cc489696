package org.emova4j.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnergyMeterTest {
  @TempDir Path powercap;

  private void zone(String folder, String name, long micro, long range) throws IOException {
    Path zone = Files.createDirectories(powercap.resolve(folder));
    Files.writeString(zone.resolve("name"), name + "\n");
    Files.writeString(zone.resolve("energy_uj"), micro + "\n");
    Files.writeString(zone.resolve("max_energy_range_uj"), range + "\n");
  }

  @Test
  void addsUpPackagesAndKnowsThatCountersBeginAnew() throws IOException {
    zone("intel-rapl:0", "package-0", 1_000_000, 10_000_000);
    zone("intel-rapl:1", "package-1", 9_000_000, 10_000_000);
    zone("intel-rapl:0:0", "core", 0, 10_000_000);
    zone("intel-rapl:2", "psys", 0, 10_000_000);
    EnergyMeter meter = EnergyMeter.start(powercap);
    zone("intel-rapl:0", "package-0", 3_500_000, 10_000_000);
    zone("intel-rapl:1", "package-1", 500_000, 10_000_000);
    zone("intel-rapl:2", "psys", 9_000_000, 10_000_000);
    assertThat(meter.joules()).hasValue(2.5 + 1.5);
  }

  @Test
  void saysNothingWhereTheMachineSaysNothing() throws IOException {
    assertThat(EnergyMeter.start(powercap.resolve("none")).joules()).isEmpty();
    zone("intel-rapl:0", "package-0", 1, 10);
    Files.writeString(powercap.resolve("intel-rapl:0/energy_uj"), "?");
    assertThat(EnergyMeter.start(powercap).joules()).isEmpty();
  }
}
