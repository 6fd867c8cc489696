package org.emova4j.eval;

import java.util.List;
import java.util.Map;

/**
 * What an evaluation found.
 *
 * @param figures of all subjects, by subject and section
 * @param comparisons of the first subject with each other
 * @param plots by subject; under the empty name those of all
 * @param failures recordings that couldn't be measured
 * @param notes what wasn't measured and why, and other things to know
 * @param recordings SHA-256 of the content of each recording that was read, by name
 */
public record EvalReport(
    List<Figure> figures,
    List<Comparison> comparisons,
    Map<String, List<Plot>> plots,
    List<Failure> failures,
    List<String> notes,
    Map<String, String> recordings) {}
