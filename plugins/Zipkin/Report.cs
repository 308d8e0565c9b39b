using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Zipkin;

/// <summary>Makes the spans of a request that is over.</summary>
static class Report
{
    /// <summary>The spans, in the order in which they are sent: attempts, passing on, request.</summary>
    public static List<ZipkinSpan> Spans(RequestContext context, ZipkinConfig config, ZipkinState state, long now)
    {
        var (request, proxy) = (state.Request!, state.Proxy!);
        var times = context.Log.Times;
        var finished = Microseconds(times.BodyEndedNs) ?? now;
        if (context.Subsystem == Subsystem.Stream)
            AddStreamDurations(config, proxy, Microseconds(times.AccessEndedNs) ?? finished);
        else if (config.HasAnnotations)
            Annotate(state, times, finished, now);
        else
            AddDurations(state, times, finished);

        var attempts = context.Service.Attempts;
        var spans = Attempts(context, request, attempts, now);
        Finish(context, config, state, attempts);
        proxy.Finish(finished);
        request.Finish(now);
        return [.. spans, proxy, request];
    }

    static List<ZipkinSpan> Attempts(RequestContext context, ZipkinSpan request, IReadOnlyList<ServiceAttempt> attempts, long now)
    {
        var spans = new List<ZipkinSpan>(attempts.Count);
        for (var i = 0; i < attempts.Count; i++)
        {
            var attempt = attempts[i];
            var span = request.Child($"{request.Name} (balancer try {i + 1})", attempt.StartedNs / 1000);
            span.Address = attempt.Address;
            span.Port = attempt.Address is null ? null : attempt.Port;
            span.Tag("kong.balancer.try", i + 1);
            if (i < attempts.Count - 1)
            {
                span.Tag("error", "true");
                span.Tag("kong.balancer.state", attempt.State);
                span.Tag("http.status_code", attempt.Code);
            }

            TagRoute(context, span);
            span.Finish(attempt.Address is null ? now : (attempt.StartedNs + attempt.BalancerLatencyNs) / 1000);
            spans.Add(span);
        }

        return spans;
    }

    static void Finish(RequestContext context, ZipkinConfig config, ZipkinState state, IReadOnlyList<ServiceAttempt> attempts)
    {
        var (request, proxy) = (state.Request!, state.Proxy!);
        if (attempts.Count > 0)
        {
            var last = attempts[^1];
            proxy.Tag("peer.hostname", last.HostName ?? last.Address?.ToString());
            (proxy.Address, proxy.Port) = (last.Address, last.Port);
        }
        else if (context.Router.Service is { } service)
        {
            proxy.Port = service.Port;
        }

        if (context.Subsystem == Subsystem.Http)
            request.Tag("http.status_code", context.Response.Status);

        request.Tag("kong.consumer", context.Client.Consumer?.Id.ToString());
        if (config.IncludeCredential)
            request.Tag("kong.credential", context.Client.Credential?.Id);

        request.Tag("kong.node.id", context.Node.Id.ToString());
        TagRoute(context, proxy);
    }

    static void TagRoute(RequestContext context, ZipkinSpan span)
    {
        if (context.Router.Service is { } service)
        {
            span.Tag("kong.service", service.Id.ToString());
            span.Tag("kong.service_name", service.Name);
            span.ServiceName = service.Name;
        }

        if (context.Router.Route is { } route)
        {
            span.Tag("kong.route", route.Id.ToString());
            span.Tag("kong.route_name", route.Name);
        }
    }

    static void Annotate(ZipkinState state, PhaseTimes times, long finished, long now)
    {
        var (request, proxy) = (state.Request!, state.Proxy!);
        request.Annotate("krf", Math.Max(request.Timestamp, proxy.Timestamp));
        request.Annotate("krs", request.Timestamp);
        proxy.Annotate("kas", proxy.Timestamp);
        proxy.Annotate("kaf", Microseconds(times.AccessEndedNs) ?? finished);
        if (!state.HasBody)
            proxy.Annotate("khf", now);

        proxy.Annotate("kbf", now);
    }

    static void AddDurations(ZipkinState state, PhaseTimes times, long finished)
    {
        var (request, proxy) = (state.Request!, state.Proxy!);
        request.Tag("kong.rewrite.duration_ms", Milliseconds(proxy.Timestamp - request.Timestamp));
        if (Microseconds(times.AccessEndedNs) is { } access)
            proxy.Tag("kong.access.duration_ms", Milliseconds(access - proxy.Timestamp));

        if (state.HeaderFilterStarted == 0)
            return;

        var head = Microseconds(times.HeadReceivedNs) ?? state.HeaderFilterStarted;
        proxy.Tag("kong.header_filter.duration_ms", Milliseconds(state.HeaderFilterStarted - head));
        proxy.Tag("kong.body_filter.duration_ms", Milliseconds(finished - state.HeaderFilterStarted));
    }

    static void AddStreamDurations(ZipkinConfig config, ZipkinSpan proxy, long prereadEnded)
    {
        if (config.HasAnnotations)
            proxy.Annotate("kpf", prereadEnded);
        else
            proxy.Tag("kong.preread.duration_ms", Milliseconds(prereadEnded - proxy.Timestamp));
    }

    static long? Microseconds(long? nanoseconds) => nanoseconds / 1000;

    static string Milliseconds(long microseconds) => NumberText.Of(Math.Max(0, microseconds) / 1000);
}
