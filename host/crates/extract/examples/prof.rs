use pdfium_render::prelude::*;
use rustix::time::{ClockId, clock_gettime};
fn cpu() -> f64 {
    let t = clock_gettime(ClockId::ProcessCPUTime);
    t.tv_sec as f64 + t.tv_nsec as f64 / 1e9
}
fn main() {
    let f = std::env::args().nth(1).unwrap();
    let p = Pdfium::new(Pdfium::bind_to_library("/root/.cache/voiceassist/lib/libpdfium.so").unwrap());
    let bytes = std::fs::read(&f).unwrap();
    for _ in 0..3 {
        let t0 = cpu();
        let d = p.load_pdf_from_byte_slice(&bytes, None).unwrap();
        let (mut a, mut b, mut c, mut e, mut g, mut n, mut h) = (0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0);
        let t1 = cpu();
        for i in 0..d.pages().len() {
            let s = cpu();
            let page = d.pages().get(i).unwrap();
            a += cpu() - s;
            let s = cpu();
            let text = page.text().unwrap();
            b += cpu() - s;
            let s = cpu();
            for ch in text.chars().iter() {
                n += 1;
                std::hint::black_box(ch.unicode_value());
            }
            c += cpu() - s;
            let s = cpu();
            for ch in text.chars().iter() {
                std::hint::black_box(ch.loose_bounds().ok());
            }
            e += cpu() - s;
            let s = cpu();
            for ch in text.chars().iter().step_by(6) {
                std::hint::black_box((
                    ch.font_weight(),
                    ch.font_name(),
                    ch.matrix().ok(),
                    ch.origin().ok(),
                    ch.unscaled_font_size(),
                ));
            }
            g += cpu() - s;
            let s = cpu();
            for o in page.objects().iter() {
                if o.as_path_object().is_some() {
                    std::hint::black_box(o.bounds().ok());
                }
            }
            h += cpu() - s;
        }
        println!(
            "open {:.4} page {a:.4} text {b:.4} unicode {c:.4} loose {e:.4} wordinfo {g:.4} objects {h:.4} chars {n}",
            t1 - t0
        );
    }
}
