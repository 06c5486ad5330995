//! Pictures of every kind, whole and broken, and what is made of them.

use std::io::{Cursor, Write};

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageFormat, Rgb, Rgba};

use moxcms::ColorProfile;

use super::*;

fn file_of(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(vec![]);
    picture.into().write_to(&mut out, format).unwrap();
    out.into_inner()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    file_of(RgbImage::from_pixel(width, height, Rgb([200, 40, 40])), ImageFormat::Png)
}

/// Something else in every corner.
fn corners(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x * 2 < width, y * 2 < height) {
        (true, true) => Rgb([220, 20, 20]),
        (false, true) => Rgb([20, 220, 20]),
        (true, false) => Rgb([20, 20, 220]),
        (false, false) => Rgb([200, 200, 20]),
    })
}

fn largest(squares: &Squares) -> RgbImage {
    image::load_from_memory(&squares.0.last().unwrap().1).unwrap().to_rgb8()
}

/// The colours in the four corners, roughly: which of the parts are strong.
fn seen(file: &[u8]) -> [[bool; 3]; 4] {
    let square = largest(&Photo::draw(file).unwrap());
    [(90, 90), (290, 90), (90, 290), (290, 290)]
        .map(|(x, y)| square.get_pixel(x, y).0.map(|part| part > 128))
}

const RED: [bool; 3] = [true, false, false];
const GREEN: [bool; 3] = [false, true, false];
const BLUE: [bool; 3] = [false, false, true];
const YELLOW: [bool; 3] = [true, true, false];

#[test]
fn a_photograph_becomes_three_squares() {
    let squares = Photo::draw(&png(300, 200)).unwrap();
    let sizes: Vec<_> = squares
        .0
        .iter()
        .map(|(side, jpeg)| {
            let drawn = image::load_from_memory(jpeg).unwrap();
            (*side, drawn.width(), drawn.height())
        })
        .collect();
    assert_eq!(sizes, [(96, 96, 96), (192, 192, 192), (384, 384, 384)]);
}

#[test]
fn every_kind_of_file_shows_the_same_picture_whatever_its_size() {
    for (width, height) in [(300, 300), (1000, 1000), (3100, 3100)] {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let file = file_of(corners(width, height), format);
            assert_eq!(seen(&file), [RED, GREEN, BLUE, YELLOW], "{format:?} {width}");
        }
    }
    let webp = file_of(corners(800, 800), ImageFormat::WebP);
    assert_eq!(seen(&webp), [RED, GREEN, BLUE, YELLOW]);
    let deep = DynamicImage::from(corners(800, 800)).to_rgba16();
    assert_eq!(seen(&file_of(deep, ImageFormat::Png)), [RED, GREEN, BLUE, YELLOW]);
}

#[test]
fn what_is_transparent_becomes_white() {
    let clear = image::RgbaImage::from_pixel(200, 200, Rgba([9, 9, 9, 0]));
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        assert_eq!(seen(&file_of(clear.clone(), format)), [[true; 3]; 4]);
    }
}

#[test]
fn what_is_no_picture_or_too_large_is_refused_before_it_is_decoded() {
    assert!(Photo::draw(b"<svg xmlns='http://www.w3.org/2000/svg'/>").is_err());
    assert!(Photo::draw(b"").is_err());
    assert!(Photo::draw(&png(300, 200)[..60]).is_err());
    // 60 megapixels, told by the header alone: the rest of the file is not there
    let mut huge = png(100, 100);
    huge[16..24].copy_from_slice(&[0, 0, 0x27, 0x10, 0, 0, 0x17, 0x70]);
    let crc = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(Photo::draw(&huge).err(), Some("Choose a picture of at most 25 megapixels."));
    let webp = file_of(RgbImage::new(2000, 2001), ImageFormat::WebP);
    assert!(Photo::draw(&webp).err().unwrap().contains("3 megapixels"));
}

/// The head of a JPEG that says so, with three components whose colours have half the points.
fn head(kind: u8, width: u16, height: u16) -> Vec<u8> {
    let mut head = vec![0xFF, 0xD8, 0xFF, 0xE0, 0, 2, 0xFF, kind, 0, 17, 8];
    head.extend(height.to_be_bytes());
    head.extend(width.to_be_bytes());
    head.extend([3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
    head
}

#[test]
fn a_jpeg_is_judged_by_what_decoding_it_would_take() {
    let words = |kind, width, height| Photo::draw(&head(kind, width, height)).err().unwrap();
    assert_eq!(words(0xC0, 8000, 8000), DAMAGED); // nothing wrong so far, and then nothing more
    assert!(words(0xC0, 8000, 8001).contains("64 megapixels"));
    assert!(words(0xC0, 700, 60_000).contains("too much memory"));
    assert_eq!(words(0xC2, 3000, 2000), DAMAGED);
    assert!(words(0xC2, 4000, 3000).contains("progressive"));
    assert_eq!(words(0xC3, 400, 300), NOT_A_PHOTO);
    assert_eq!(words(0xC9, 400, 300), NOT_A_PHOTO);
}

#[test]
fn a_picture_that_was_cut_off_is_damaged() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let noise = RgbImage::from_fn(300, 300, |x, y| {
            Rgb([x * y, x, y].map(|part| u8::try_from(part % 251).unwrap()))
        });
        let file = file_of(noise, format);
        assert_eq!(Photo::draw(&file[..file.len() * 2 / 3]).err(), Some(DAMAGED), "{format:?}");
    }
}

#[test]
fn pictures_that_were_cut_off_on_their_way_are_damaged() {
    for (name, file) in [
        ("of a telephone", &include_bytes!("../../../tests/pictures/truncated.jpg")[..]),
        ("between scans", include_bytes!("../../../tests/pictures/cut_between_scans.jpg")),
        ("within a scan", include_bytes!("../../../tests/pictures/cut_in_scan.jpg")),
    ] {
        assert_eq!(Photo::draw(file).err(), Some(DAMAGED), "{name}");
    }
}

/// A file whose profile says that red is blue and blue red.
fn swapped(encode: impl FnOnce(&mut Vec<u8>, Vec<u8>)) -> Vec<u8> {
    let mut swapped = ColorProfile::new_srgb();
    std::mem::swap(&mut swapped.red_colorant, &mut swapped.blue_colorant);
    let mut file = vec![];
    encode(&mut file, swapped.encode().unwrap());
    file
}

fn write(mut encoder: impl ImageEncoder, profile: Vec<u8>, picture: &RgbImage) {
    encoder.set_icc_profile(profile).unwrap();
    let (width, height) = picture.dimensions();
    encoder.write_image(picture, width, height, ExtendedColorType::Rgb8).unwrap();
}

#[test]
fn colours_are_what_the_profile_says_in_every_kind_of_file() {
    let picture = corners(400, 400);
    let jpeg = swapped(|out, profile| {
        write(JpegEncoder::new_with_quality(out, 95), profile, &picture);
    });
    let png = swapped(|out, profile| write(PngEncoder::new(out), profile, &picture));
    let webp = swapped(|out, profile| write(WebPEncoder::new_lossless(out), profile, &picture));
    let cyan = [false, true, true];
    for (name, file) in [("JPEG", &jpeg), ("PNG", &png), ("WebP", &webp)] {
        assert_eq!(seen(file), [BLUE, GREEN, RED, cyan], "{name}");
    }
    // the picture that a visitor sent
    let sent = include_bytes!("../../../tests/pictures/icc_swapped.jpg");
    assert_eq!(seen(sent)[..3], [BLUE, GREEN, RED]);
}

#[test]
fn a_wider_colour_space_is_brought_into_the_one_that_screens_take_for_granted() {
    let pink = RgbImage::from_pixel(200, 200, Rgb([200, 100, 100]));
    let mut file = vec![];
    let wide = ColorProfile::new_display_p3().encode().unwrap();
    write(PngEncoder::new(&mut file), wide, &pink);
    let [red, green, _] = largest(&Photo::draw(&file).unwrap()).get_pixel(100, 100).0;
    assert!(red > 207 && green < 97, "as strong as it was: {red}, {green}");
}

#[test]
fn greys_and_inks_are_what_their_profile_says() {
    // linear light: its middle is lighter on a screen
    let grey = Photo::draw(include_bytes!("../../../tests/pictures/grey.jpg")).unwrap();
    let [red, green, blue] = largest(&grey).get_pixel(100, 100).0;
    assert!((180..196).contains(&red) && red == green && green == blue, "{red} {green} {blue}");
    // four inks that are red, green, blue and yellow, and no printer's
    let ink = include_bytes!("../../../tests/pictures/ink.jpg");
    assert_eq!(seen(ink), [RED, GREEN, BLUE, YELLOW]);
}

#[test]
fn a_profile_that_nobody_can_read_changes_nothing() {
    let mut file = vec![];
    write(PngEncoder::new(&mut file), vec![7; 300], &corners(400, 400));
    assert_eq!(seen(&file), [RED, GREEN, BLUE, YELLOW]);
}

#[test]
fn an_interlaced_png_shows_the_same() {
    let picture = corners(500, 400);
    let mut rows = vec![];
    for (left, step, top, down) in [
        (0, 8, 0, 8),
        (4, 8, 0, 8),
        (0, 4, 4, 8),
        (2, 4, 0, 4),
        (0, 2, 2, 4),
        (1, 2, 0, 2),
        (0, 1, 1, 2),
    ] {
        for y in (top..400).step_by(down) {
            rows.push(0);
            for x in (left..500).step_by(step) {
                rows.extend(picture.get_pixel(x, y).0);
            }
        }
    }
    let mut packed = flate2::write::ZlibEncoder::new(vec![], flate2::Compression::fast());
    packed.write_all(&rows).unwrap();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let head = [0, 0, 1, 0xF4, 0, 0, 1, 0x90, 8, 2, 0, 0, 1];
    for (name, content) in
        [(b"IHDR", &head[..]), (b"IDAT", &packed.finish().unwrap()), (b"IEND", &[])]
    {
        let chunk = [&name[..], content].concat();
        file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        file.extend(&chunk);
        file.extend(crc32(&chunk).to_be_bytes());
    }
    let plain = Photo::draw(&file_of(picture, ImageFormat::Png)).unwrap();
    assert_eq!(largest(&Photo::draw(&file).unwrap()), largest(&plain));
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| {
            if c & 1 == 1 { 0xEDB8_8320 ^ (c >> 1) } else { c >> 1 }
        })
    })
}
