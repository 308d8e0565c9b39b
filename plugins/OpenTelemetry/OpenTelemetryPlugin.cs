using System.Security.Cryptography;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Propagation;

namespace Gibbon.Plugins.OpenTelemetry;

/// <summary>Takes part in traces, and sends the gateway's spans and the lines of its log to collectors, over HTTP in protobuf.</summary>
sealed class OpenTelemetryPlugin : Plugin<OpenTelemetryConfig>
{
    PluginHost? host;

    public override string Name => "opentelemetry";

    public override int Priority => 14;

    public override string Version => Kong.Version;

    public override ValueTask InitWorkerAsync(PluginHost host)
    {
        this.host = host;
        return ValueTask.CompletedTask;
    }

    public override ValueTask ConfigureAsync(IReadOnlyList<OpenTelemetryConfig> configs)
    {
        if (host is not null)
            host.LogRecords.IsEnabled = configs.Any(static config => config.LogsEndpoint is not null);

        return ValueTask.CompletedTask;
    }

    public override ValueTask AccessAsync(RequestContext context, OpenTelemetryConfig config)
    {
        if (config.TracesEndpoint is null)
            return ValueTask.CompletedTask;

        var (found, format) = config.Propagator.Extract(context);
        config.Propagator.Inject(context, Join(context, config, found), format);
        return ValueTask.CompletedTask;
    }

    public override ValueTask HeaderFilterAsync(RequestContext context, OpenTelemetryConfig config)
    {
        if (config is { TracesEndpoint: not null, HttpResponseHeaderForTraceid: { } header } && TraceId(context) is { IsEmpty: false } id)
            context.Response.AddHeader(header, Convert.ToHexStringLower(id.Span));

        return ValueTask.CompletedTask;
    }

    public override ValueTask LogAsync(RequestContext context, OpenTelemetryConfig config)
    {
        if (config.Traces is { } traces)
            SendSpans(context, config, traces);

        if (config.Logs is { } logs)
            SendRecords(context, config, logs);

        return ValueTask.CompletedTask;
    }

    /// <summary>Makes the request a part of the trace, and says what the service is told of it.</summary>
    static TraceContext Join(RequestContext context, OpenTelemetryConfig config, TraceContext found)
    {
        var tracing = context.Tracing;
        var state = context.State<OpenTelemetryState>();
        state.TraceId = found.TraceId;
        if (tracing.RootSpan is not { } root)
        {
            // Without tracing the trace is passed on only, in the name of a span that nobody will see.
            state.TraceId ??= RandomNumberGenerator.GetBytes(16);
            state.Flags = Flags(found, isSampled: false);
            return found with
            {
                TraceId = state.TraceId,
                SpanId = RandomNumberGenerator.GetBytes(8),
                ParentId = found.SpanId ?? found.ParentId,
                ShouldSample = false,
            };
        }

        var parent = tracing.UpcomingAttempt ?? root;
        if (found.TraceId is { } traceId)
        {
            parent.TraceId = traceId;
            foreach (var span in tracing.Spans)
                span.TraceId = traceId;
        }

        if ((found.SpanId ?? found.ParentId) is { } caller)
            root.ParentId = caller;

        var isSampled = tracing.GetSamplingDecision(found.ShouldSample, config.SamplingRate);
        tracing.SetShouldSample(isSampled);
        parent.ShouldSample = isSampled;
        state.Flags = Flags(found, isSampled);
        return found with
        {
            TraceId = parent.TraceId.ToArray(),
            SpanId = parent.SpanId.ToArray(),
            ParentId = parent.ParentId.IsEmpty ? null : parent.ParentId.ToArray(),
            ShouldSample = isSampled,
        };
    }

    static byte Flags(TraceContext found, bool isSampled) => (byte)(found.Bits | (found.Flags == "1" ? 1 : 0) | (isSampled ? 1 : 0));

    static ReadOnlyMemory<byte> TraceId(RequestContext context) =>
        context.ExistingState<OpenTelemetryState>()?.TraceId is { } id ? id : context.Tracing.RootSpan?.TraceId ?? default;

    static void SendSpans(RequestContext context, OpenTelemetryConfig config, Shared.Connections.Collector traces)
    {
        if (context.Tracing.Spans.Count == 0)
            return;

        var queue = context.Host.Queues.Get<Exporter, byte[]>(
            context.Plugin!,
            $"{context.Plugin!.Id}:traces",
            config.EffectiveQueue,
            new Exporter(context.Host, traces, config.ResourceAttributes),
            static (exporter, batch, stopping) => exporter.SendAsync(batch, stopping));
        var traceId = context.ExistingState<OpenTelemetryState>()?.TraceId;
        context.Tracing.ProcessSpans(
            static (span, target) =>
            {
                var encoded = Otlp.Span(span, target.traceId ?? span.TraceId.Span);
                target.queue.Enqueue(encoded, encoded.Length);
            },
            (queue, traceId));
    }

    static void SendRecords(RequestContext context, OpenTelemetryConfig config, Shared.Connections.Collector logs)
    {
        var others = context.Host.LogRecords.Take();
        var own = context.Telemetry.Records;
        if (others.Count + own.Count == 0)
            return;

        var queue = context.Host.Queues.Get<Exporter, byte[]>(
            context.Plugin!,
            $"{context.Plugin!.Id}:logs",
            config.EffectiveQueue,
            new Exporter(context.Host, logs, config.ResourceAttributes),
            static (exporter, batch, stopping) => exporter.SendAsync(batch, stopping));
        foreach (var record in others)
            Enqueue(queue, Otlp.LogRecord(record, default, 0));

        var traceId = TraceId(context);
        var flags = context.ExistingState<OpenTelemetryState>()?.Flags ?? 0;
        foreach (var record in own)
            Enqueue(queue, Otlp.LogRecord(record, traceId.Span, flags));
    }

    // New lines are worth no more than those that wait.
    static void Enqueue(IQueue<byte[]> queue, byte[] record)
    {
        if (queue.HasRoomFor(record.Length))
            queue.Enqueue(record, record.Length);
    }
}
