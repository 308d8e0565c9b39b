using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>The sizes and times of a queue: the record <c>queue</c> of logging plugins' configurations. Times are in seconds.</summary>
public sealed record QueueConfig
{
    /// <summary>How many entries the handler gets at once, 1 to 1000000.</summary>
    [Between(1, 1000000), MayBeNull]
    public long MaxBatchSize { get; init; } = 1;

    /// <summary>How many seconds an entry waits for others, 0 to 3600.</summary>
    [Between(0, 3600), MayBeNull]
    public double MaxCoalescingDelay { get; init; } = 1;

    /// <summary>How many entries may wait, 1 to 1000000.</summary>
    [Between(1, 1000000), MayBeNull]
    public long MaxEntries { get; init; } = 10000;

    /// <summary>How many bytes may wait; <c>null</c> is any number.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>For how many seconds a batch is tried again before it is lost.</summary>
    [MayBeNull]
    public double MaxRetryTime { get; init; } = 60;

    /// <summary>How many seconds pass before the first retry, 0.001 to 1000000; doubled for each that follows.</summary>
    [Between(0.001, 1000000), MayBeNull]
    public double InitialRetryDelay { get; init; } = 0.01;

    /// <summary>How many seconds pass between retries at most, 0.001 to 1000000.</summary>
    [Between(0.001, 1000000), MayBeNull]
    public double MaxRetryDelay { get; init; } = 60;

    /// <summary>1: one batch at a time; -1: each entry at once, by itself.</summary>
    [OneOf(-1, 1), MayBeNull]
    public long ConcurrencyLimit { get; init; } = 1;
}
