namespace Gibbon.Clustering.Rpc;

/// <summary>The calls by which configurations are brought in step.</summary>
internal static class SyncMethods
{
    /// <summary>A data plane asks what has changed since its version, which it tells thereby.</summary>
    public const string GetDelta = RpcHello.Sync + ".get_delta";

    /// <summary>A control plane says that there is a new version.</summary>
    public const string NotifyNewVersion = RpcHello.Sync + ".notify_new_version";

    /// <summary>The capability of data planes of ours that are told what has changed without asking.</summary>
    public const string OfOurs = "gibbon.sync.v1";

    /// <summary>A control plane of ours says to a data plane of ours what has changed; the answer is the <see cref="SyncHash"/> of what it has then.</summary>
    public const string Take = OfOurs + ".take";
}
