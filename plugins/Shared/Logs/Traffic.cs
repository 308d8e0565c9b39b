using Gibbon.Pdk;
using Gibbon.Pdk.Entities;

namespace Gibbon.Plugins.Shared.Logs;

/// <summary>What metrics say of a request, kept beyond its end. Entities never change, so it may hold them.</summary>
/// <param name="Figures">Latencies and sizes.</param>
/// <param name="Status">The response's status.</param>
/// <param name="Service">The service, if there is one.</param>
/// <param name="Route">The route, if one matched.</param>
/// <param name="Consumer">The consumer, if it is known.</param>
readonly record struct Traffic(TrafficFigures Figures, int Status, Service? Service, Route? Route, Consumer? Consumer)
{
    /// <summary>Reads a request, in its log phase.</summary>
    public static Traffic Of(RequestContext context) =>
        new(context.Log.Figures, context.Response.Status, context.Router.Service, context.Router.Route, context.Client.Consumer);

    /// <summary>A figure by the name that configurations have for it; negative if there is none.</summary>
    public double Figure(string metric) => metric switch
    {
        "request_size" => Figures.RequestSize,
        "response_size" => Figures.ResponseSize,
        "latency" => Figures.RequestLatency,
        "upstream_latency" => Figures.ProxyLatency,
        "kong_latency" => Figures.KongLatency,
        _ => 1,
    };
}
