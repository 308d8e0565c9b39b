using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>
/// Limits how many requests a client may make in a second, a minute, an hour, a day, a month, a year. A request is counted first and judged by the
/// number it got, so that of many at once no more pass than may; what is refused is taken back.
/// </summary>
sealed class RateLimitingPlugin : Plugin<RateLimitingConfig>
{
    readonly CounterStores<RateLimitingConfig, RateLimitingMetric> stores = new("rate-limiting", "ratelimit", rowsExpire: true);

    public override string Name => "rate-limiting";

    public override int Priority => 910;

    public override string Version => Kong.Version;

    public override ImmutableArray<Type> Entities => [typeof(RateLimitingMetric)];

    public override ValueTask InitWorkerAsync(PluginHost host)
    {
        stores.Start(host);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ConfigureAsync(IReadOnlyList<RateLimitingConfig> configs) =>
        stores.KeepAsync(configs);

    public override ValueTask AccessAsync(RequestContext context, RateLimitingConfig config)
    {
        var now = context.Host.Time.GetUtcNow().ToUnixTimeSeconds();
        var key = Identifier.Of(context, config);
        if (config.Policy is Policy.Cluster or Policy.Redis)
            return CountElsewhereAsync(context, config, key, now);

        var limits = config.Limits;
        var counter = stores.Local.For(key, now);
        Span<long> starts = stackalloc long[Periods.Count];
        Span<long> used = stackalloc long[Periods.Count];
        for (var i = 0; i < limits.Length; i++)
        {
            starts[i] = limits[i].Period.WindowStart(now);
            used[i] = counter.Add(limits[i].Period, starts[i]);
        }

        var usage = new Usage(limits, used, starts, now, stackalloc double[Periods.Count]);
        if (usage.IsExceeded)
            for (var i = 0; i < limits.Length; i++)
                counter.Add(limits[i].Period, starts[i], -1);

        return Conclude(context, config, usage);
    }

    static ValueTask Conclude(RequestContext context, RateLimitingConfig config, Usage usage)
    {
        if (!config.HideClientHeaders)
            usage.Tell(context.Response);

        return usage.IsExceeded ? context.Response.Error((int)(config.ErrorCode ?? 429), config.ErrorMessage) : ValueTask.CompletedTask;
    }

    async ValueTask CountElsewhereAsync(RequestContext context, RateLimitingConfig config, CounterKey key, long now)
    {
        var limits = config.Limits;
        var starts = Array.ConvertAll(limits, limit => limit.Period.WindowStart(now));
        CounterRow[] rows = [.. limits.Select((limit, i) => new CounterRow(key, limit.Period, starts[i]))];
        var store = stores.For(context.Host, config);
        var used = await store.AddAsync(rows, 1);
        if (!used.IsOk)
        {
            if (!config.FaultTolerant)
                throw new InvalidOperationException(used.Error);

            context.Log.Err($"failed to get usage: {used.Error}");
            return;
        }

        var usage = new Usage(limits, used.Value, starts, now, stackalloc double[Periods.Count]);
        if (usage.IsExceeded && !store.KeepsRefused)
            context.Host.Timers.At(TimeSpan.Zero, async _ => await store.AddAsync(rows, -1));

        await Conclude(context, config, usage);
    }
}
