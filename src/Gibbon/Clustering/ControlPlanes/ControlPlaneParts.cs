using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;
using Gibbon.Storage;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>What a control plane is made of.</summary>
internal sealed record ControlPlaneParts
{
    public required GatewaySettings Settings { get; init; }

    public required NodeStorage Storage { get; init; }

    /// <summary>The plugins that may be configured here.</summary>
    public required IReadOnlyList<Plugin> Plugins { get; init; }

    /// <summary>How the nodes on the database tell each other of changes.</summary>
    public required IClusterEvents Events { get; init; }

    public required TimeProvider Time { get; init; }

    public required ErrorLog Log { get; init; }

    /// <summary>Takes a request, the bytes of its answer's body, and when it came: the log that the Admin API has too.</summary>
    public Action<HttpContext, long, long> AccessLog { get; init; } = static (_, _, _) => { };

    /// <summary>Told of how many entities something was put together for data planes: what that took is of no more use.</summary>
    public Action<int> Composed { get; init; } = static _ => { };

    public ClusterTimes Times { get; init; } = new();
}
