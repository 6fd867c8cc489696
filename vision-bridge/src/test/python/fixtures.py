"""Makes what the tests compare with. Needs Pillow before 13 (10.4 was taken; later ones order the passes of a resize in
another way than those which the models were trained with); with `transformers` (4.49 was taken) also the patches.

    python fixtures.py ../resources/org/emova4j/vision/internal

decode/NAME.EXT is a file to decode, decode/NAME.EXT.png the pixels that are right: Pillow's, upright and over white.
resize/A-WxH.png is what Pillow makes of resize/A.png. patches.f32.gz is what transformers' Qwen2-VL image processor
makes of patches.png (float32, little-endian), with EMOVA's limits on pixels.
"""
import gzip
import io
import pathlib
import random
import struct
import sys

from PIL import Image, ImageDraw, ImageOps

out = pathlib.Path(sys.argv[1])
random.seed(7)


def picture(width, height):
    """Gradients, sharp edges and a little noise."""
    image = Image.new("RGB", (width, height))
    pixels = image.load()
    for y in range(height):
        for x in range(width):
            noise = random.randrange(9)
            pixels[x, y] = (255 * x // width, 255 * y // height, (3 * x + 5 * y + noise) % 256)
    draw = ImageDraw.Draw(image)
    draw.ellipse((width // 8, height // 8, width // 2, height // 2), fill=(250, 20, 30))
    draw.line((0, height, width, 0), fill=(255, 255, 255), width=2)
    draw.rectangle((width * 2 // 3, height // 2, width - 3, height - 2), outline=(0, 0, 0))
    return image


def noise(width, height):
    return Image.frombytes("RGB", (width, height), random.randbytes(width * height * 3))


def resize():
    folder = out / "resize"
    folder.mkdir(parents=True, exist_ok=True)
    cases = {
        "noise": (noise(61, 47), [(28, 28), (122, 94), (61, 28), (28, 47), (84, 28), (3, 2)]),
        "tall": (noise(5, 160), [(28, 896), (5, 7)]),
        "scene": (picture(320, 200), [(140, 84), (28, 28), (319, 199), (336, 28)]),
        "black-white": (noise(40, 40).convert("L").point(lambda v: 255 * (v > 127)).convert("RGB"), [(56, 56), (28, 28)]),
    }
    for name, (image, sizes) in cases.items():
        image.save(folder / f"{name}.png", optimize=True)
        for width, height in sizes:
            image.resize((width, height), Image.Resampling.BICUBIC).save(folder / f"{name}-{width}x{height}.png", optimize=True)


def over_white(image):
    image = ImageOps.exif_transpose(image)
    if image.mode == "I;16":
        image = Image.frombytes("L", image.size, image.tobytes()[1::2])
    if image.mode in ("LA", "PA", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def png16(colours, alpha=False):
    """Sixteen bits a sample, by hand: Pillow writes them in grey only."""
    import zlib

    width, height = colours.size
    bands = 4 if alpha else 3
    rows = b""
    for y in range(height):
        rows += b"\0"
        for x in range(width):
            rows += b"".join(struct.pack(">H", v * 256 + random.randrange(256)) for v in colours.getpixel((x, y))[:bands])

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 16, 6 if alpha else 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def rle8():
    """4 x 3 pixels: a run, literals, an early end of line, and a jump."""
    runs = bytes([4, 1, 0, 0, 0, 4, 0, 1, 2, 1, 0, 0, 2, 2, 0, 0, 0, 1])
    palette = bytes([0, 0, 0, 0, 255, 0, 0, 0, 0, 200, 100, 0]) + bytes(4 * 253)
    offset = 14 + 40 + len(palette)
    head = struct.pack("<2sIHHI", b"BM", offset + len(runs), 0, 0, offset)
    info = struct.pack("<IiiHHIIiiII", 40, 4, 3, 1, 8, 1, len(runs), 0, 0, 256, 0)
    return head + info + palette + runs


def decode():
    folder = out / "decode"
    folder.mkdir(parents=True, exist_ok=True)
    scene = picture(37, 22)
    alpha = scene.copy()
    alpha.putalpha(Image.linear_gradient("L").resize(scene.size))

    def keep(name, content, expected=None):
        if isinstance(content, Image.Image):
            raise TypeError(name)
        (folder / name).write_bytes(content)
        right = expected if expected is not None else over_white(Image.open(io.BytesIO(content)))
        right.convert("RGB").save(folder / (name + ".png"), optimize=True)

    def saved(image, kind, **options):
        buffer = io.BytesIO()
        image.save(buffer, kind, **options)
        return buffer.getvalue()

    keep("rgb.png", saved(scene, "PNG"))
    keep("grey.png", saved(scene.convert("L"), "PNG"))
    keep("bilevel.png", saved(scene.convert("1"), "PNG"))
    keep("palette.png", saved(scene.quantize(40), "PNG"))
    keep("palette-4-bits.png", saved(scene.quantize(12), "PNG"))
    keep("palette-transparent.png", saved(scene.quantize(40), "PNG", transparency=3))
    keep("palette-alpha.png", saved(alpha.quantize(60), "PNG"))
    keep("rgba.png", saved(alpha, "PNG"))
    keep("grey-alpha.png", saved(alpha.convert("LA"), "PNG"))
    keep("rgb-key.png", saved(Image.blend(scene, scene, 0).convert("RGB"), "PNG", transparency=(250, 20, 30)))
    keep("grey-key.png", saved(scene.convert("L"), "PNG", transparency=90))
    keep("rgb16.png", png16(scene), scene)
    white = Image.new("RGBA", scene.size, "white")
    keep("rgba16.png", png16(alpha, True), Image.alpha_composite(white, alpha).convert("RGB"))
    grey16 = Image.frombytes("I;16", scene.size, b"".join(bytes([random.randrange(256), v]) for v in scene.convert("L").tobytes()))
    keep("grey16.png", saved(grey16, "PNG"), scene.convert("L"))
    exif = Image.Exif()
    exif[0x0112] = 6
    keep("turned.png", saved(scene, "PNG", exif=exif))

    soft = picture(64, 48)
    keep("colour.jpg", saved(soft, "JPEG", quality=90, subsampling=0))
    keep("subsampled.jpg", saved(soft, "JPEG", quality=85, subsampling=2))
    keep("half-subsampled.jpg", saved(soft, "JPEG", quality=85, subsampling=1))
    keep("progressive.jpg", saved(soft, "JPEG", quality=85, progressive=True))
    keep("grey.jpg", saved(soft.convert("L"), "JPEG"))
    keep("rgb.jpg", saved(soft, "JPEG", keep_rgb=True, quality=90))
    cmyk = saved(soft.convert("CMYK"), "JPEG", quality=90)
    keep("cmyk.jpg", cmyk)
    adobe = cmyk.index(b"Adobe")
    keep("ycck.jpg", cmyk[: adobe + 11] + b"\2" + cmyk[adobe + 12 :])
    keep("comment.jpg", saved(soft, "JPEG", comment=b"x" * 3000, icc_profile=bytes(range(256)) * 20))
    for n in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = n
        keep(f"orientation-{n}.jpg", saved(picture(32, 16), "JPEG", quality=95, subsampling=0, exif=exif))

    keep("lossless.webp", saved(scene, "WEBP", lossless=True))
    keep("lossless-alpha.webp", saved(alpha, "WEBP", lossless=True, exact=True))
    keep("lossy.webp", saved(picture(96, 64), "WEBP", quality=90))
    keep("lossy-alpha.webp", saved(alpha, "WEBP", quality=90))
    exif[0x0112] = 8
    keep("turned.webp", saved(scene, "WEBP", lossless=True, exif=exif))
    moving = [picture(40, 30), noise(40, 30)]
    keep("animated.webp", saved(moving[0], "WEBP", save_all=True, append_images=moving[1:], lossless=True))

    keep("still.gif", saved(scene.quantize(60), "GIF"))
    keep("interlaced.gif", saved(scene.quantize(60), "GIF", interlace=1))
    keep("transparent.gif", saved(scene.quantize(60), "GIF", transparency=5))
    keep("animated.gif", saved(scene.quantize(60), "GIF", save_all=True, append_images=[noise(37, 22).quantize(9)]))

    keep("rgb.bmp", saved(scene, "BMP"))
    keep("palette.bmp", saved(scene.quantize(200), "BMP"))
    keep("grey.bmp", saved(scene.convert("L"), "BMP"))
    keep("bilevel.bmp", saved(scene.convert("1"), "BMP"))
    upside_down = bytearray(saved(scene, "BMP"))
    struct.pack_into("<i", upside_down, 22, -22)
    keep("top-down.bmp", bytes(upside_down))
    keep("runs.bmp", rle8())


def patches():
    try:
        from transformers.models.qwen2_vl.image_processing_qwen2_vl import Qwen2VLImageProcessor
    except ImportError:
        print("no transformers: patches.f32.gz stays as it is")
        return
    image = picture(90, 50)
    image.save(out / "patches.png", optimize=True)
    processor = Qwen2VLImageProcessor(min_pixels=4 * 28 * 28, max_pixels=4096 * 28 * 28)
    made = processor(images=image, return_tensors="np")
    print("grid", made["image_grid_thw"], "shape", made["pixel_values"].shape, type(processor))
    with open(out / "patches.f32.gz", "wb") as file:
        file.write(gzip.compress(made["pixel_values"].astype("<f4").tobytes(), 9, mtime=0))


resize()
decode()
patches()
