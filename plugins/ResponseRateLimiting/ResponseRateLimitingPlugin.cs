using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.ResponseRateLimiting;

/// <summary>Limits what clients use of a service, by what the service says of each request in a header of its response.</summary>
sealed class ResponseRateLimitingPlugin : Plugin<ResponseRateLimitingConfig>
{
    const string Remaining = "X-RateLimit-Remaining-";

    readonly CounterStores<ResponseRateLimitingConfig, ResponseRateLimitingMetric> stores = new("response-ratelimiting", "response-ratelimit", rowsExpire: false);

    public override string Name => "response-ratelimiting";

    public override int Priority => 900;

    public override string Version => Kong.Version;

    public override ImmutableArray<Type> Entities => [typeof(ResponseRateLimitingMetric)];

    public override ValueTask InitWorkerAsync(PluginHost host)
    {
        stores.Start(host);
        return ValueTask.CompletedTask;
    }

    public override ValueTask ConfigureAsync(IReadOnlyList<ResponseRateLimitingConfig> configs) =>
        stores.KeepAsync(configs);

    public override async ValueTask AccessAsync(RequestContext context, ResponseRateLimitingConfig config)
    {
        var use = context.State<RequestUse>();
        use.Now = context.Host.Time.GetUtcNow().ToUnixTimeSeconds();
        use.Key = Identify(context, config);
        var limits = config.Named;
        var used = await stores.For(context.Host, config).AddAsync(Array.ConvertAll(limits, limit => Row(use, limit.Name, limit.Period)), 0);
        if (!used.IsOk)
        {
            if (!config.FaultTolerant)
                throw new InvalidOperationException(used.Error);

            context.Log.Err($"failed to get usage: {used.Error}");
            return;
        }

        var remaining = new double[limits.Length];
        for (var i = 0; i < limits.Length; i++)
        {
            remaining[i] = limits[i].Limit - used.Value[i];
            if (config.BlockOnFirstViolation && remaining[i] == 0)
            {
                await context.Response.Error(429, $"API rate limit exceeded for '{limits[i].Name}'");
                return;
            }
        }

        foreach (var limit in limits.Index().GroupBy(static limit => limit.Item.Name))
            context.Response.SetHeader(Remaining + limit.Key, NumberText.Of(limit.Min(item => remaining[item.Index])));

        use.Remaining = remaining;
    }

    public override ValueTask HeaderFilterAsync(RequestContext context, ResponseRateLimitingConfig config)
    {
        if (context.ExistingState<RequestUse>() is not { } use)
            return ValueTask.CompletedTask;

        var header = config.HeaderName ?? "x-kong-limit";
        use.Used = ReportedUse.Read(context.Service.Response.GetHeader(header), config.Limits.ContainsKey);
        if (use.Remaining is not { } remaining)
            return ValueTask.CompletedTask;

        for (var i = 0; i < remaining.Length; i++)
        {
            var limit = config.Named[i];
            var amount = use.Used.GetValueOrDefault(limit.Name);
            use.IsRefused |= amount > 0 && remaining[i] <= 0;
            if (config.HideClientHeaders)
                continue;

            context.Response.SetHeader(limit.LimitHeader, limit.Text);
            context.Response.SetHeader(limit.RemainingHeader, NumberText.Of(Math.Max(0, remaining[i] - amount)));
        }

        context.Response.ClearHeader(header);
        if (use.IsRefused)
            return context.Response.Exit(429);

        // Numbers of this node are up to date before the client can ask again.
        return config.Policy is Policy.Cluster or Policy.Redis ? ValueTask.CompletedTask : CountAsync(stores.For(context.Host, config), use);
    }

    public override ValueTask LogAsync(RequestContext context, ResponseRateLimitingConfig config)
    {
        if (config.Policy is not (Policy.Cluster or Policy.Redis)
            || context.ExistingState<RequestUse>() is not { IsRefused: false, Remaining: not null, Used.Count: > 0 } use)
            return ValueTask.CompletedTask;

        // The context goes back to its pool; what is kept is the state alone.
        var store = stores.For(context.Host, config);
        context.Host.Timers.At(TimeSpan.Zero, _ => CountAsync(store, use));
        return ValueTask.CompletedTask;
    }

    /// <summary>Counts in every period, whether or not it has a limit: one may be set later.</summary>
    async ValueTask CountAsync(ICounterStore store, RequestUse use)
    {
        foreach (var (name, amount) in use.Used)
        {
            if (amount == 0)
                continue;

            var added = await store.AddAsync([.. Periods.All.Select(period => Row(use, name, period))], amount);
            if (!added.IsOk)
                stores.Log?.Err($"could not increment counters: {added.Error}");
        }
    }

    static CounterRow Row(RequestUse use, string limit, Period period) => new(use.Key with { Limit = limit }, period, period.WindowStart(use.Now));

    static CounterKey Identify(RequestContext context, ResponseRateLimitingConfig config) => config.LimitBy switch
    {
        UseBy.Consumer => CounterKey.At(context, context.Client.Consumer?.Id, context.Client.Credential?.Id),
        UseBy.Credential => CounterKey.At(context, null, context.Client.Credential?.Id),
        _ => CounterKey.At(context, null, null),
    };
}
