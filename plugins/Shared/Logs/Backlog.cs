using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Logs;

/// <summary>
/// How entries go out beside the requests where Kong starts a timer for each: in order, at once, and never twice. What cannot be sent is
/// logged and lost; when a receiver cannot keep up, the oldest give way.
/// </summary>
static class Backlog
{
    /// <summary>The queue's sizes and times. Its handler succeeds always.</summary>
    public static QueueConfig Parameters { get; } = new() { MaxBatchSize = 1000, MaxCoalescingDelay = 0, MaxRetryTime = 0 };
}
