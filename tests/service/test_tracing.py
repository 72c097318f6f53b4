"""Spans of OpenTelemetry: each step with its counts, under its request, and nothing that anybody said."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext

from scenograph import Mind, tracing
from scenograph.errors import MissingExtraError

SECRET = "Zebedee"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.use(provider)
    yield exporter
    tracing.stop()
    provider.shutdown()


def named(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {it.name: it for it in spans.get_finished_spans()}


def context(it: ReadableSpan) -> SpanContext:
    found = it.get_span_context()
    assert found is not None
    return found


def test_the_steps_of_a_request_hang_under_it(spans: InMemorySpanExporter, new_client: httpx.Client) -> None:
    new_client.post("/remember", json={"text": f"{SECRET} works in Berlin.", "source": f"{SECRET}'s letter"})
    spans.clear()
    caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    new_client.post("/ask", json={"question": f"Where does {SECRET} work?"}, headers={"traceparent": caller})
    found = named(spans)
    request, ask = found["POST /ask"], found["scenograph.ask"]
    assert request.attributes is not None
    assert request.attributes["http.response.status_code"] == 200
    assert context(request).trace_id == int("0af7651916cd43dd8448eb211c80319c", 16)
    assert ask.parent is not None
    assert ask.parent.span_id == context(request).span_id
    assert ask.attributes == {"questions": 1, "answered": 1}
    for step in ("scenograph.read", "scenograph.recall"):
        assert context(found[step]).trace_id == context(request).trace_id
        assert (found[step].end_time or 0) > (found[step].start_time or 0)


def test_speech_and_its_guard_are_counted(spans: InMemorySpanExporter, client: httpx.Client) -> None:
    scene = '(s / sleep :agent (p / person :name "Oleg") :tense past)'
    said = client.post("/speak", json={"scene": scene, "style": "poet"}).json()
    found = named(spans)
    assert found["scenograph.speak"].attributes == {
        "scenes": 1,
        "fallbacks": int(said["fallback"]),
        "attempts": said["attempts"],
    }
    guard = found["scenograph.guard"].attributes
    assert guard is not None
    assert guard["texts"] == 1
    assert guard["drafts"] == int(str(guard["poor"]))  # one further draft, as tests have it


def test_spans_hold_no_contents(spans: InMemorySpanExporter, new_client: httpx.Client) -> None:
    asked = [
        ("/read", {"text": f"{SECRET} slept."}),
        ("/read", {"text": f"{SECRET} slept.", "language": SECRET}),
        ("/remember", {"text": f"{SECRET} slept.", "source": SECRET, "speaker": SECRET, "tags": [SECRET]}),
        ("/speak", {"scene": f'(s / sleep :agent (e / entity :name "{SECRET}"))', "style": SECRET}),
        ("/recall", {"text": SECRET}),
        ("/expand", {"scene": f"({SECRET}"}),
        (f"/{SECRET}", {}),
        (f"/read?namespace={SECRET}", {"text": SECRET}),
    ]
    statuses = {new_client.post(path, json=body).status_code for path, body in asked}
    assert {200, 404, 422} <= statuses
    told = " ".join(it.to_json() for it in spans.get_finished_spans())
    assert SECRET not in told
    assert "POST none" in told


def test_of_an_error_its_class_alone_is_told(spans: InMemorySpanExporter, new_mind: Mind) -> None:
    with pytest.raises(Exception, match="empty"):
        new_mind.read("  ")
    [it] = spans.get_finished_spans()
    assert it.attributes == {"texts": 1, "error.type": "BridgeError"}
    assert it.status.status_code.name == "ERROR"
    assert it.status.description is None
    assert it.events == ()


def test_without_a_tracer_nothing_is_made_or_imported() -> None:
    assert tracing.span("read", texts=1) is tracing.span("speak")
    code = "import sys, scenograph.memory; print([it for it in sys.modules if 'opentelemetry' in it])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    with tracing.from_environment():
        assert tracing.span("read") is tracing.span("speak")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(MissingExtraError, match=r"scenograph\[trace\]"), tracing.from_environment():
        pass
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    with tracing.from_environment():
        assert tracing.span("read") is tracing.span("speak")
