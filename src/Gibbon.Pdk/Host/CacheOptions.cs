namespace Gibbon.Pdk;

/// <summary>How long a value is cached. What is not said is the gateway's default.</summary>
public readonly record struct CacheOptions
{
    /// <summary>How long a value is kept; zero is for ever. Default: <c>db_cache_ttl</c>.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>How long it is remembered that there is no value; zero is for ever. Default: <c>db_cache_neg_ttl</c>.</summary>
    public TimeSpan? NegativeTimeToLive { get; init; }

    /// <summary>How much longer an expired value is used when loading fails. Default: 30 seconds.</summary>
    public TimeSpan? ResurrectTimeToLive { get; init; }
}
