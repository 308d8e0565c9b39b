using System.Collections.Immutable;
using System.Security.Cryptography;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Zipkin;

/// <summary>Takes part in traces and tells Zipkin about requests: a span for the request, one for passing it on, one for each attempt.</summary>
sealed class ZipkinPlugin : Plugin<ZipkinConfig>
{
    const long NanosecondsPerMicrosecond = 1000;

    public override string Name => "zipkin";

    public override int Priority => 100000;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ValueTask AccessAsync(RequestContext context, ZipkinConfig config)
    {
        var state = Begin(context, config);
        var proxy = Proxy(state, Now(context));

        // Whether it is not recorded is for the next one to decide: only a yes is passed on.
        config.Propagator.Inject(
            context,
            state.Trace with { TraceId = proxy.TraceId, SpanId = proxy.SpanId, ParentId = proxy.ParentId, ShouldSample = state.IsSampled ? true : null },
            state.Found);
        return ValueTask.CompletedTask;
    }

    public override ValueTask HeaderFilterAsync(RequestContext context, ZipkinConfig config)
    {
        var state = Begin(context, config);
        var now = state.HeaderFilterStarted = Now(context);
        var proxy = Proxy(state, now);
        if (config.HasAnnotations)
            proxy.Annotate("khs", now);

        if (config.HttpResponseHeaderForTraceid is { } header)
            context.Response.AddHeader(header, Convert.ToHexStringLower(proxy.TraceId));

        return ValueTask.CompletedTask;
    }

    public override ValueTask BodyFilterAsync(RequestContext context, BodyChunk chunk, ZipkinConfig config)
    {
        var state = Begin(context, config);
        if (!state.HasBody && config.HasAnnotations)
        {
            var now = Now(context);
            var proxy = Proxy(state, now);
            proxy.Annotate("khf", now);
            proxy.Annotate("kbs", now);
        }

        state.HasBody = true;
        return ValueTask.CompletedTask;
    }

    public override ValueTask PrereadAsync(RequestContext context, ZipkinConfig config)
    {
        var now = Now(context);
        var proxy = Proxy(Begin(context, config), now);
        if (config.HasAnnotations)
            proxy.Annotate("kps", now);

        return ValueTask.CompletedTask;
    }

    public override ValueTask LogAsync(RequestContext context, ZipkinConfig config)
    {
        var state = Begin(context, config);
        var now = Now(context);
        Proxy(state, now);
        if (!state.IsSampled || config.Collector is null)
            return ValueTask.CompletedTask;

        var queue = context.Host.Queues.Get<ZipkinSender, byte[]>(
            context.Plugin!,
            null,
            config.Queue,
            new ZipkinSender(context.Host, config.Collector),
            static (sender, batch, stopping) => sender.SendAsync(batch, stopping));
        foreach (var span in Report.Spans(context, config, state, now))
        {
            var entry = ValueJson.Write(span.Write(config.LocalServiceName, config.DefaultServiceName));
            queue.Enqueue(entry, entry.Length);
        }

        return ValueTask.CompletedTask;
    }

    internal static long Now(RequestContext context) =>
        (context.Host.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100 / NanosecondsPerMicrosecond;

    static ZipkinSpan Proxy(ZipkinState state, long now) => state.Proxy ??= state.Request!.Child($"{state.Request.Name} (proxy)", now);

    static ZipkinState Begin(RequestContext context, ZipkinConfig config)
    {
        var state = context.State<ZipkinState>();
        if (state.Request is not null)
            return state;

        if (context.Subsystem == Subsystem.Stream)
            BeginStream(context, config, state);
        else
            BeginRequest(context, config, state);

        var request = state.Request!;
        request.Address = context.Client.ForwardedIp;
        request.Port = context.Client.ForwardedPort;
        request.Tag("lc", "kong");
        foreach (var tag in config.StaticTags ?? [])
            request.Tag(tag.Name, tag.Value);

        // What a request says of itself comes last.
        if (context.Subsystem == Subsystem.Http && TagsHeader.Read(context.Request.GetHeaders()[config.TagsHeader], request) is { Count: > 0 } bad)
            context.Log.Warn($"Could not parse the following Zipkin tags: {string.Join(", ", bad)}");

        return state;
    }

    static void BeginStream(RequestContext context, ZipkinConfig config, ZipkinState state)
    {
        state.IsSampled = Random.Shared.NextDouble() < config.SampleRatio;
        state.Request = new ZipkinSpan("SERVER", "stream", Now(context), NewTrace(config), null, null);
    }

    static void BeginRequest(RequestContext context, ZipkinConfig config, ZipkinState state)
    {
        (state.Trace, state.Found) = config.Propagator.Extract(context);
        var trace = state.Trace;
        state.IsSampled = trace.ShouldSample ?? (Random.Shared.NextDouble() < config.SampleRatio);
        var request = context.Request;
        var span = state.Request = new ZipkinSpan(
            "SERVER",
            config.HttpSpanName == "method_path" ? $"{request.Method} {request.Path}" : request.Method,
            request.StartTime.ToUnixTimeMilliseconds() * 1000,
            trace.TraceId ?? NewTrace(config),
            trace.ReusesSpanId ? trace.SpanId : null,
            trace.ReusesSpanId ? trace.ParentId : trace.SpanId);
        span.Tag("http.method", request.Method);
        span.Tag("http.host", request.Host);
        span.Tag("http.path", request.Path);
        if (request.HttpVersion is { } version)
            span.Tag("http.protocol", version.Minor == 0 ? $"HTTP/{version.Major}" : $"HTTP/{version}");
    }

    static byte[] NewTrace(ZipkinConfig config) => RandomNumberGenerator.GetBytes(config.TraceidByteCount);
}
