using Gibbon.Pdk;

namespace Gibbon.Tests.Proxy;

internal sealed record ProbeConfig
{
    public string? Note { get; init; }
}

/// <summary>A plugin whose phases do what a test says.</summary>
internal sealed class ProbePlugin(string name = "probe", int priority = 1000) : Plugin<ProbeConfig>
{
    public override string Name => name;

    public override int Priority => priority;

    public override string Version => "1.0.0";

    public Func<RequestContext, ProbeConfig, ValueTask>? OnRewrite { get; init; }

    public Func<RequestContext, ProbeConfig, ValueTask>? OnAccess { get; init; }

    public Action<RequestContext>? OnHeaderFilter { get; init; }

    public Action<RequestContext>? OnBodyFilter { get; init; }

    public Action<RequestContext>? OnLog { get; init; }

    public override ValueTask RewriteAsync(RequestContext context, ProbeConfig config) => OnRewrite?.Invoke(context, config) ?? default;

    public override ValueTask AccessAsync(RequestContext context, ProbeConfig config) => OnAccess?.Invoke(context, config) ?? default;

    public override ValueTask HeaderFilterAsync(RequestContext context, ProbeConfig config)
    {
        OnHeaderFilter?.Invoke(context);
        return default;
    }

    public override ValueTask BodyFilterAsync(RequestContext context, BodyChunk chunk, ProbeConfig config)
    {
        OnBodyFilter?.Invoke(context);
        return default;
    }

    public override ValueTask LogAsync(RequestContext context, ProbeConfig config)
    {
        OnLog?.Invoke(context);
        return default;
    }
}

/// <summary>A probe with a response phase, for which the gateway reads whole answers.</summary>
internal sealed class BufferingProbePlugin : Plugin<ProbeConfig>
{
    public override string Name => "probe";

    public override int Priority => 1000;

    public override string Version => "1.0.0";

    public Func<RequestContext, ValueTask>? OnResponse { get; init; }

    public override ValueTask ResponseAsync(RequestContext context, ProbeConfig config) => OnResponse?.Invoke(context) ?? default;
}
