namespace Gibbon.Pdk;

/// <summary>Work at a later time. Kong's <c>kong.timer</c>. What the work throws is logged; timers end with the gateway.</summary>
public interface ITimers
{
    /// <summary>Does something once.</summary>
    /// <param name="delay">After which time; zero is at once, on another thread.</param>
    /// <param name="work">What. The token is cancelled when the gateway stops (Lua's <c>premature</c>).</param>
    /// <returns>The timer's name.</returns>
    string At(TimeSpan delay, Func<CancellationToken, ValueTask> work);

    /// <summary>Does something again and again; never twice at the same time.</summary>
    /// <param name="interval">The time from one start to the next.</param>
    /// <param name="work">What. The token is cancelled when the gateway stops.</param>
    /// <returns>The timer's name.</returns>
    string Every(TimeSpan interval, Func<CancellationToken, ValueTask> work);

    /// <summary>Does something once, under a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="delay">After which time.</param>
    /// <param name="work">What.</param>
    /// <returns>A failure if a timer of this name exists.</returns>
    Result NamedAt(string name, TimeSpan delay, Func<CancellationToken, ValueTask> work);

    /// <summary>Does something again and again, under a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="interval">The time from one start to the next.</param>
    /// <param name="work">What.</param>
    /// <returns>A failure if a timer of this name exists.</returns>
    Result NamedEvery(string name, TimeSpan interval, Func<CancellationToken, ValueTask> work);

    /// <summary>Ends a timer. What it has begun it completes.</summary>
    /// <param name="name">The timer's name.</param>
    /// <returns>Whether there was one.</returns>
    bool Cancel(string name);

    /// <summary>How many timers are doing their work at this moment. Lua's <c>ngx.timer.running_count</c>.</summary>
    int RunningCount { get; }

    /// <summary>How many timers wait for their time. Lua's <c>ngx.timer.pending_count</c>.</summary>
    int PendingCount { get; }
}
