using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>How many requests are allowed in which time, and how they are counted.</summary>
sealed record RateLimitingConfig : LimitPerPeriod, ICountingConfig, IConfigureSchema
{
    PeriodLimit[]? limits;

    /// <summary>Whose requests are counted together.</summary>
    public LimitBy? LimitBy { get; init; } = RateLimiting.LimitBy.Consumer;

    /// <summary>The header whose value is counted.</summary>
    [HeaderName]
    public string? HeaderName { get; init; }

    /// <summary>The only path that is counted by itself.</summary>
    [Path]
    public string? Path { get; init; }

    /// <summary>Where requests are counted.</summary>
    [Length(Min = 0)]
    public Policy? Policy { get; init; } = Shared.Counting.Policy.Local;

    /// <summary>Whether requests pass when they cannot be counted.</summary>
    public bool FaultTolerant { get; init; } = true;

    /// <summary>The Redis server.</summary>
    public RedisConfig Redis { get; init; } = new();

    /// <summary>Whether clients are not told their limits.</summary>
    public bool HideClientHeaders { get; init; }

    /// <summary>The status of a refusal.</summary>
    [GreaterThan(0)]
    public double? ErrorCode { get; init; } = 429;

    /// <summary>The message of a refusal.</summary>
    public string? ErrorMessage { get; init; } = "API rate limit exceeded";

    /// <summary>How often counters go to Redis, in seconds; -1 is with each request.</summary>
    public double SyncRate { get; init; } = -1;

    /// <summary>The limits that are set, from the second to the year.</summary>
    internal PeriodLimit[] Limits => limits ??= [.. All.Select(static limit => new PeriodLimit(limit.Period, limit.Limit))];

    static void IConfigureSchema.Configure(SchemaBuilder schema) => RateLimitingRules.Add(schema);
}
