//! Traces: what a request did and how long each part took, for a collector of OpenTelemetry.
//!
//! Nothing is traced unless the environment names a collector, by the variables that all programs share.
//! The spans of traces have a target of their own, so that log lines do not show them.

use std::pin::Pin;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::http::{HeaderMap, Request, Response};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{Context, global};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{Bytes, HeaderExtractor, HttpClient, HttpError};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;

/// The target of spans that are parts of traces.
pub(crate) const TRACES: &str = "traces";

/// How long a collector may take to take spans.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the environment says of traces.
#[derive(Clone, Debug, Default)]
pub struct TraceSettings {
    /// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, else `OTEL_EXPORTER_OTLP_ENDPOINT`: where the collector is.
    pub collector: Option<String>,
    /// `OTEL_SERVICE_NAME`: what the collector calls the program, unless it is to be `dateline`.
    pub service_name: Option<String>,
    /// `OTEL_SDK_DISABLED=true`, or `OTEL_TRACES_EXPORTER=none`.
    pub is_off: bool,
}

/// Traces on their way to a collector, or none.
#[derive(Debug, Default)]
pub struct Traces(Option<SdkTracerProvider>);

impl Traces {
    /// Traces as the environment wants them.
    ///
    /// # Errors
    /// When the collector's address is none that can be reached.
    pub fn start(settings: &TraceSettings, runtime: &Handle) -> anyhow::Result<Self> {
        let Some(collector) = settings.collector.as_deref().filter(|_| !settings.is_off) else {
            return Ok(Self(None));
        };
        if !collector.starts_with("http://") {
            bail!(
                "OTEL_EXPORTER_OTLP_ENDPOINT has to begin with http://: traces go to a collector nearby, \
                 which sends them on over TLS"
            );
        }
        // Its address, its headers and what is sampled are read by the library from the same environment.
        let client =
            Client { client: HyperClient::with_default_connector(PATIENCE, None), runtime: runtime.clone() };
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(client)
            .build()
            .context("cannot send traces to the collector of OTEL_EXPORTER_OTLP_ENDPOINT")?;
        let resource = Resource::builder();
        let resource = match settings.service_name {
            Some(_) => resource,
            None => resource.with_service_name("dateline"),
        };
        let provider =
            SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build());
        global::set_text_map_propagator(TraceContextPropagator::new());
        Ok(Self(Some(provider.build())))
    }

    /// What hands spans over; nothing where nothing is traced.
    pub(crate) fn layer<S>(&self) -> Option<impl Layer<S> + use<S>>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let tracer = self.0.as_ref()?.tracer("dateline");
        let spans = tracing_opentelemetry::layer().with_tracer(tracer).with_tracked_inactivity(false);
        Some(spans.with_filter(Targets::new().with_target(TRACES, LevelFilter::DEBUG)))
    }

    /// Sends what has not been sent yet. It blocks.
    pub fn end(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown_with_timeout(PATIENCE / 4)
        {
            tracing::warn!(%error, "the last spans did not reach the collector");
        }
    }
}

/// Makes a span part of the trace that the headers name, as `traceparent` of the W3C does.
pub(crate) fn continue_trace(span: &Span, headers: &HeaderMap) {
    if span.is_disabled() {
        return;
    }
    let from_headers = |context: Context| {
        // Fails only for spans that are not traced.
        span.set_parent(context).ok();
    };
    from_headers(global::get_text_map_propagator(|propagator| propagator.extract(&HeaderExtractor(headers))));
}

/// A client that may be used by the thread that hands spans over, which is none of the runtime's.
#[derive(Debug)]
struct Client {
    client: HyperClient,
    runtime: Handle,
}

type Sent<'a> = Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'a>>;

impl HttpClient for Client {
    fn send_bytes<'life0, 'async_trait>(&'life0 self, request: Request<Bytes>) -> Sent<'async_trait>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        let client = self.client.clone();
        let sent = self.runtime.spawn(async move { client.send_bytes(request).await });
        Box::pin(async move { sent.await? })
    }
}
