namespace Gibbon.Proxy.Watching;

/// <summary>What a request with the right token wants to know about itself.</summary>
/// <param name="Timings">How long its steps took (<c>X-Kong-Request-Debug: *</c>).</param>
/// <param name="Explanation">Why it did what it did (<c>X-Kong-Request-Debug: explain</c>).</param>
/// <param name="Log">Whether the timings are wanted in the error log too.</param>
/// <param name="IsLoopback">Whether it comes from this machine, which may have long headers.</param>
internal readonly record struct DebugWish(bool Timings, bool Explanation, bool Log, bool IsLoopback)
{
    public bool IsNone => !Timings && !Explanation;
}
