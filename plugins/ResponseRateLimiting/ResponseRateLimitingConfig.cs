using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Counting;
using Gibbon.Plugins.Shared.Redis;

namespace Gibbon.Plugins.ResponseRateLimiting;

/// <summary>How much of what a service counts is allowed in which time.</summary>
sealed record ResponseRateLimitingConfig : ICountingConfig, IConfigureSchema
{
    NamedLimit[]? named;

    /// <summary>The response header in which the service says what a request has used: <c>name=amount, …</c>.</summary>
    public string? HeaderName { get; init; } = "x-kong-limit";

    /// <summary>Whose use is counted together.</summary>
    public UseBy? LimitBy { get; init; } = UseBy.Consumer;

    /// <summary>Where it is counted.</summary>
    public Policy? Policy { get; init; } = Shared.Counting.Policy.Local;

    /// <summary>Whether requests pass when it cannot be counted.</summary>
    public bool FaultTolerant { get; init; } = true;

    /// <summary>The Redis server.</summary>
    public RedisConfig Redis { get; init; } = new();

    /// <summary>Whether a request is refused when one of the limits is used up; otherwise the service decides.</summary>
    public bool BlockOnFirstViolation { get; init; }

    /// <summary>Whether clients are not told their limits.</summary>
    public bool HideClientHeaders { get; init; }

    /// <summary>The limits by name.</summary>
    [Length(Min = 1), NotNull(On = Part.Elements)]
    public required IReadOnlyDictionary<string, LimitPeriods> Limits { get; init; }

    /// <summary>The limits, one for each name and period.</summary>
    internal NamedLimit[] Named => named ??= [.. from limit in Limits from period in limit.Value.All select new NamedLimit(limit.Key, period.Period, period.Limit)];

    static void IConfigureSchema.Configure(SchemaBuilder schema)
    {
        OldRedisNames.DemandServer(schema);
        OldRedisNames.Add(schema, "response-ratelimiting");
    }
}

/// <summary>Whose use is counted together. Where there is none of it, the client's address counts.</summary>
enum UseBy
{
    /// <summary>A consumer's; without one, a credential's.</summary>
    Consumer,

    /// <summary>A credential's.</summary>
    Credential,

    /// <summary>A client address's.</summary>
    Ip,
}
