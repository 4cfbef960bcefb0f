//! The part of pdf.js that is used here.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlCanvasElement, HtmlElement};

use crate::base;

#[wasm_bindgen]
extern "C" {
    /// The module, loaded only when the first PDF is opened.
    #[wasm_bindgen(js_name = import)]
    fn import_module(url: &str) -> Promise;

    pub type Pdfjs;
    #[wasm_bindgen(method, getter, js_name = GlobalWorkerOptions)]
    fn worker_options(this: &Pdfjs) -> JsValue;
    #[wasm_bindgen(method, catch, js_name = getDocument)]
    fn get_document(this: &Pdfjs, parameters: &JsValue) -> Result<LoadingTask, JsValue>;
    #[wasm_bindgen(method, getter, js_name = TextLayer)]
    fn text_layer(this: &Pdfjs) -> Function;

    pub type LoadingTask;
    #[wasm_bindgen(method, getter)]
    fn promise(this: &LoadingTask) -> Promise;
    #[wasm_bindgen(method)]
    pub fn destroy(this: &LoadingTask) -> Promise;

    pub type PdfDocument;
    #[wasm_bindgen(method, getter, js_name = numPages)]
    pub fn pages(this: &PdfDocument) -> u32;
    #[wasm_bindgen(method, js_name = getPage)]
    fn get_page(this: &PdfDocument, number: u32) -> Promise;

    pub type PdfPage;
    #[wasm_bindgen(method, js_name = getViewport)]
    fn get_viewport(this: &PdfPage, parameters: &JsValue) -> Viewport;
    #[wasm_bindgen(method)]
    fn render(this: &PdfPage, parameters: &JsValue) -> RenderTask;
    #[wasm_bindgen(method, js_name = streamTextContent)]
    fn stream_text(this: &PdfPage) -> JsValue;

    pub type Viewport;
    #[wasm_bindgen(method, getter)]
    pub fn width(this: &Viewport) -> f64;
    #[wasm_bindgen(method, getter)]
    pub fn height(this: &Viewport) -> f64;

    type RenderTask;
    #[wasm_bindgen(method, getter, js_name = promise)]
    fn done(this: &RenderTask) -> Promise;

    type TextLayer;
    #[wasm_bindgen(method, js_name = render)]
    fn draw(this: &TextLayer) -> Promise;
}

pub async fn load() -> Result<Pdfjs, JsValue> {
    let pdfjs: Pdfjs = JsFuture::from(import_module(&base::asset("pdfjs/pdf.min.mjs")))
        .await?
        .unchecked_into();
    let worker = base::asset("pdfjs/pdf.worker.min.mjs");
    Reflect::set(&pdfjs.worker_options(), &"workerSrc".into(), &worker.into())?;
    Ok(pdfjs)
}

impl Pdfjs {
    /// Begins to read a document; the task is destroyed when it is no longer shown.
    pub fn open(&self, url: &str) -> Result<LoadingTask, JsValue> {
        let folder = |name: &str| JsValue::from_str(&base::asset(&format!("pdfjs/{name}/")));
        self.get_document(&object(&[
            ("url", url.into()),
            ("cMapUrl", folder("cmaps")),
            ("standardFontDataUrl", folder("standard_fonts")),
            ("wasmUrl", folder("wasm")),
            ("iccUrl", folder("iccs")),
            ("enableXfa", JsValue::FALSE),
        ]))
    }

    pub async fn draw_text(&self, page: &PdfPage, viewport: &Viewport, into: &HtmlElement) -> Result<(), JsValue> {
        let parameters = object(&[
            ("textContentSource", page.stream_text()),
            ("container", into.into()),
            ("viewport", viewport.into()),
        ]);
        let layer: TextLayer =
            Reflect::construct(&self.text_layer(), &js_sys::Array::of1(&parameters))?.unchecked_into();
        JsFuture::from(layer.draw()).await.map(|_| ())
    }
}

impl LoadingTask {
    pub async fn document(&self) -> Result<PdfDocument, JsValue> {
        Ok(JsFuture::from(self.promise()).await?.unchecked_into())
    }
}

impl PdfDocument {
    pub async fn page(&self, number: u32) -> Result<PdfPage, JsValue> {
        Ok(JsFuture::from(self.get_page(number)).await?.unchecked_into())
    }
}

impl PdfPage {
    /// The page at `scale` pixels a point.
    pub fn viewport(&self, scale: f64) -> Viewport {
        self.get_viewport(&object(&[("scale", scale.into())]))
    }

    pub async fn draw(&self, canvas: &HtmlCanvasElement, viewport: &Viewport) -> Result<(), JsValue> {
        let context = canvas.get_context("2d")?;
        let task = self.render(&object(&[
            ("canvasContext", context.into()),
            ("viewport", viewport.into()),
        ]));
        JsFuture::from(task.done()).await.map(|_| ())
    }
}

fn object(entries: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in entries {
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object.into()
}
