namespace Gibbon.Proxy.Messages;

/// <summary>What a front end hands every exchange to: the request pipeline.</summary>
internal interface IExchangeHandler
{
    /// <summary>
    /// Answers one request. Returns when the answer is complete (<see cref="Downstream.CompleteAsync"/>) or the exchange was aborted, and
    /// everything that follows an answer (the log phase) is done or needs the exchange no more. A rejected request
    /// (<see cref="Downstream.Rejection"/>) comes here too, so that error pages, access log and the global plugins' log phase run.
    /// </summary>
    ValueTask HandleAsync(Downstream exchange);
}

/// <summary>Somebody who wants to know that the client has gone while an exchange is under way.</summary>
internal interface IDisconnectObserver
{
    /// <summary>
    /// Called at most once per exchange, on any thread; must return quickly and not throw. Once another observer, or null, is set, and the
    /// setter has returned, it is called no more.
    /// </summary>
    void ClientDisconnected();
}
