namespace Gibbon.Proxy.Listeners;

/// <summary>What <c>/status</c> tells of client connections, with nginx's words and meaning. Thread-safe.</summary>
internal sealed class ConnectionCounters
{
    private long _accepted;
    private long _closed;
    private long _requests;
    private long _writing;
    private long _waiting;

    /// <summary>Connections accepted since the start.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections taken care of; as many as accepted, for none is turned away.</summary>
    public long Handled => Accepted;

    /// <summary>Connections that are open.</summary>
    public long Active => Math.Max(0, Accepted - Volatile.Read(ref _closed));

    /// <summary>Requests since the start.</summary>
    public long Total => Volatile.Read(ref _requests);

    /// <summary>Connections that were accepted and have not sent a whole request head yet.</summary>
    public long Reading => Math.Max(0, Active - Writing - Waiting);

    /// <summary>Connections on which a request is being answered.</summary>
    public long Writing => Volatile.Read(ref _writing);

    /// <summary>Connections kept open between two requests.</summary>
    public long Waiting => Volatile.Read(ref _waiting);

    public void Accept() => Interlocked.Increment(ref _accepted);

    public void Request() => Interlocked.Increment(ref _requests);

    /// <summary>A connection begins to answer.</summary>
    /// <param name="wasWaiting">Whether it has answered before.</param>
    public void StartWriting(bool wasWaiting)
    {
        Interlocked.Increment(ref _writing);
        if (wasWaiting) Interlocked.Decrement(ref _waiting);
    }

    /// <summary>A connection has answered and waits for its next request.</summary>
    public void StartWaiting()
    {
        Interlocked.Increment(ref _waiting);
        Interlocked.Decrement(ref _writing);
    }

    public void Close(bool wasWaiting)
    {
        if (wasWaiting) Interlocked.Decrement(ref _waiting);
        Interlocked.Increment(ref _closed);
    }
}
