namespace Gibbon.Pdk;

/// <summary>What a loader found.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct CacheEntry<T>
    where T : class
{
    CacheEntry(T? value, TimeSpan? timeToLive, string? error)
    {
        Value = value;
        TimeToLive = timeToLive;
        Error = error;
    }

    /// <summary>The value; <c>null</c> if there is none, which is cached as well.</summary>
    public T? Value { get; }

    /// <summary>How long this value is kept, in place of what the caller asked for.</summary>
    public TimeSpan? TimeToLive { get; }

    /// <summary>Why it cannot be known; nothing is cached then.</summary>
    public string? Error { get; }

    /// <summary>A value, or that there is none.</summary>
    /// <param name="value">The value; <c>null</c> if there is none.</param>
    public static implicit operator CacheEntry<T>(T? value) => new(value, null, null);

    /// <summary>A value with a time to live of its own.</summary>
    /// <param name="value">The value; <c>null</c> if there is none.</param>
    /// <param name="timeToLive">How long it is kept.</param>
    public static CacheEntry<T> For(T? value, TimeSpan timeToLive) => new(value, timeToLive, null);

    /// <summary>It cannot be known.</summary>
    /// <param name="error">Why.</param>
    public static CacheEntry<T> Failure(string error) => new(null, null, error);
}
