namespace Gibbon.Proxy.Listeners;

/// <summary>Why an address cannot be listened on, in one line for the operator.</summary>
internal sealed record ListenFailure(string Address, string Reason)
{
    public override string ToString() => $"cannot listen on {Address}: {Reason}";
}
