using System.Diagnostics;
using System.Net;
using Gibbon.Clustering.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>What <c>cluster_listen</c> was asked for, and what became of that: a line of <c>admin_access_log</c>, as in Kong.</summary>
internal sealed class ClusterRequest(HttpHead head, IPEndPoint client, int port)
{
    /// <summary>nginx's status of a request that is not answered.</summary>
    private const int Unanswered = 444;

    /// <summary>When it came, as <see cref="Stopwatch"/> tells it.</summary>
    public long Started { get; } = Stopwatch.GetTimestamp();

    public int Status { get; set; } = Unanswered;

    /// <summary>Bytes of the answer's page.</summary>
    public long Sent { get; set; }

    /// <summary>The request as the log reads it.</summary>
    public HttpContext ToContext()
    {
        DefaultHttpContext context = new();
        HttpRequest request = context.Request;
        (request.Method, request.Protocol, request.Scheme) = (head.Start[0], head.Start.Length > 2 ? head.Start[2] : "", "https");
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = head.Start[1];
        foreach ((string name, string value) in head.Fields)
        {
            request.Headers[name] = value;
        }

        (context.Connection.RemoteIpAddress, context.Connection.RemotePort, context.Connection.LocalPort) = (client.Address, client.Port, port);
        context.Response.StatusCode = Status;
        return context;
    }
}
