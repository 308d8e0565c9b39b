using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>Limits how many requests a client may make in a second, a minute, an hour, a day, a month, a year.</summary>
sealed class RateLimitingPlugin : Plugin<RateLimitingConfig>
{
    static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    readonly LocalCounters counters = new();
    PluginLogger? log;

    public override string Name => "rate-limiting";

    public override int Priority => 910;

    public override string Version => Kong.Version;

    public override ImmutableArray<Type> Entities => [typeof(RateLimitingMetric)];

    public override ValueTask InitWorkerAsync(PluginHost host)
    {
        log = host.Logger(Name);
        host.Timers.Every(SweepInterval, _ =>
        {
            counters.Sweep(host.Time.GetUtcNow().ToUnixTimeSeconds());
            return ValueTask.CompletedTask;
        });
        return ValueTask.CompletedTask;
    }

    public override ValueTask ConfigureAsync(IReadOnlyList<RateLimitingConfig> configs)
    {
        foreach (var config in configs)
            if (!IsLocal(config))
                log?.Err($"policy '{PolicyName(config)}' is not available yet: " + (config.FaultTolerant
                    ? "requests pass uncounted, since fault_tolerant is set"
                    : "requests are answered with 500, since fault_tolerant is not set"));

        return ValueTask.CompletedTask;
    }

    public override ValueTask AccessAsync(RequestContext context, RateLimitingConfig config)
    {
        if (!IsLocal(config))
            return config.FaultTolerant ? ValueTask.CompletedTask : throw Uncountable(config);

        var now = context.Host.Time.GetUtcNow().ToUnixTimeSeconds();
        var counter = counters.For(Identifier.Of(context, config), now);
        var usage = new Usage(config.Limits, counter, now, stackalloc long[Periods.Count], stackalloc double[Periods.Count]);
        if (!config.HideClientHeaders)
            usage.Tell(context.Response);

        if (usage.IsExceeded)
            return context.Response.Error((int)(config.ErrorCode ?? 429), config.ErrorMessage);

        usage.Count(counter);
        return ValueTask.CompletedTask;
    }

    static bool IsLocal(RateLimitingConfig config) => config.Policy is Policy.Local or null;

    static string PolicyName(RateLimitingConfig config) => config.Policy == Policy.Redis ? "redis" : "cluster";

    static NotSupportedException Uncountable(RateLimitingConfig config) =>
        new($"failed to get usage: policy '{PolicyName(config)}' is not available yet");
}
