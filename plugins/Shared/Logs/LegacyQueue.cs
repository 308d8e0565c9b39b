using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Logs;

/// <summary>What the old names of a queue's sizes mean: they win over the new ones unless they have their old defaults.</summary>
static class LegacyQueue
{
    /// <summary>The queue with the old names taken in.</summary>
    /// <param name="queue">The queue as the new names say.</param>
    /// <param name="size">The old name of the batch's size.</param>
    /// <param name="delay">The old name of the batch's delay.</param>
    /// <param name="oldSize">The old default of the size.</param>
    /// <param name="oldDelay">The old default of the delay.</param>
    public static QueueConfig Merge(QueueConfig queue, long? size, double? delay, long oldSize = 1, double oldDelay = 2) => queue with
    {
        MaxBatchSize = size is { } known && known != oldSize ? known : queue.MaxBatchSize,
        MaxCoalescingDelay = delay is { } seconds && seconds != oldDelay ? seconds : queue.MaxCoalescingDelay,
    };
}
