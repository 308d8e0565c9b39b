using System.Net;
using System.Text;
using Gibbon.Balancing;
using Gibbon.Balancing.Reporting;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginRuntime;
using Gibbon.Routing;
using Gibbon.Routing.Paths;
using Gibbon.Snapshots;

namespace Gibbon.Admin.Explaining;

/// <summary>What this node would do with a request, step by step: the route, the plugins, the service, the target. Nothing is done.</summary>
/// <param name="snapshot">What requests read at this moment.</param>
/// <param name="request">The request.</param>
/// <param name="port">The port that it comes in at.</param>
/// <param name="most">How many routes are told about.</param>
internal sealed class Explanation(Snapshot snapshot, ExplainedRequest request, int port, int most)
{
    private readonly byte[] _path = request.Path;

    /// <param name="consumer">Who will turn out to be asking.</param>
    /// <param name="groups">The consumer's groups.</param>
    public ValueMap Write(Consumer? consumer, IReadOnlyList<Guid> groups)
    {
        RouteMatch match = default;
        bool found = snapshot.Router.Match(Asked(), ref match);
        List<RouteVerdict> verdicts = snapshot.Router.Explain(Asked());
        ValueMap body = new() { ["request"] = Understood(), ["route"] = found ? Named(match.Route!) : null };
        body["runner_up"] = verdicts.Where(static verdict => verdict.Matches).Skip(1).FirstOrDefault() is { } second ? Named(second.Route) : null;
        body["routes"] = Routes(verdicts);
        if (!found)
        {
            body["answer"] = new ValueMap { ["status"] = 404L, ["message"] = "no Route matched with those values" };
            body["plugins"] = Plugins(Guid.Empty, null, consumer, groups, out _);
            return body;
        }

        Route route = match.Route!;
        CompiledService? service = snapshot.FindService(route.Service?.Id);
        body["answer"] = Refusal(route, service);
        body["plugins"] = Plugins(route.Id, route.Service?.Id, consumer, groups, out string? knownAfter);
        body["consumer"] = consumer is null ? null : new ValueMap
        {
            ["id"] = consumer.Id.ToString(), ["username"] = consumer.Username, ["custom_id"] = consumer.CustomId, ["known_after"] = knownAfter,
        };
        body["service"] = service is null ? null : Service(service, route, match);
        body["upstream"] = service is not null && snapshot.FindBalancer(service.Service.Host) is { } balancer ? Upstream(balancer, consumer, match) : null;
        return body;
    }

    private RouteRequest Asked() => new()
    {
        Protocol = request.IsTls ? RouteProtocol.Https : RouteProtocol.Http,
        Method = Encoding.UTF8.GetBytes(request.Method),
        Path = _path,
        Host = Encoding.UTF8.GetBytes(request.Host),
        Sni = Encoding.UTF8.GetBytes(request.Sni),
        SourceAddress = NetworkAddress.From(request.ClientAddress),
        SourcePort = request.ClientPort,
        DestinationAddress = NetworkAddress.From(request.LocalAddress),
        DestinationPort = port,
        Fields = new ExplainedFields(request),
    };

    private ValueMap Understood() => new()
    {
        ["method"] = request.Method,
        ["scheme"] = request.IsTls ? "https" : "http",
        ["host"] = request.Host,
        ["port"] = (long)port,
        ["path"] = request.Target,
        ["normalized_path"] = Encoding.UTF8.GetString(_path),
        ["sni"] = request.Sni,
        ["client_ip"] = request.ClientAddress.ToString(),
        ["headers"] = new ValueList(request.Headers.Select(static header => header.Name)),
    };

    // Those that match first, in their order, then the others in theirs.
    private ValueMap Routes(List<RouteVerdict> verdicts)
    {
        RouteVerdict? winner = verdicts.FirstOrDefault(static verdict => verdict.Matches);
        bool byWeight = snapshot.Router.Flavor == Settings.RouterFlavor.Traditional;
        return new ValueMap
        {
            ["total"] = (long)verdicts.Count,
            ["matching"] = (long)verdicts.Count(static verdict => verdict.Matches),
            ["candidates"] = new ValueList(verdicts.OrderBy(static verdict => !verdict.Matches).Take(most).Select(verdict =>
            {
                ValueMap one = Named(verdict.Route);
                one["matches"] = verdict.Matches;
                one["wins"] = ReferenceEquals(verdict, winner);
                one["reason"] = ReferenceEquals(verdict, winner) ? "it is the first in order whose conditions all hold"
                    : verdict.Failing is { } failing ? $"the request does not satisfy: {failing}"
                    : verdict.LostTo(winner!, byWeight);
                return one;
            })),
            ["rejected"] = new ValueList(snapshot.Router.Rejected.Select(static rejected =>
            {
                ValueMap one = Named(rejected.Route);
                one["reason"] = rejected.Reason;
                return one;
            })),
        };
    }

    private ValueList Plugins(Guid route, Guid? service, Consumer? consumer, IReadOnlyList<Guid> groups, out string? knownAfter) => new(
        PluginExplanation.Of(snapshot.Plugins, route, service, consumer?.Id, groups, out knownAfter).Select(static verdict => new ValueMap
        {
            ["name"] = verdict.Plugin.Name,
            ["priority"] = (long)verdict.Plugin.Priority,
            ["phases"] = new ValueList(PhasesOf(verdict.Plugin)),
            ["id"] = verdict.Selected.Id.ToString(),
            ["instance_name"] = verdict.Selected.InstanceName,
            ["scope"] = Scope(verdict.Selected),
            ["shadows"] = new ValueList(verdict.Shadowed.Select(static shadowed => new ValueMap
            {
                ["id"] = shadowed.Id.ToString(), ["instance_name"] = shadowed.InstanceName, ["scope"] = Scope(shadowed),
            })),
        }));

    private static IEnumerable<string> PhasesOf(Pdk.Plugin plugin)
    {
        foreach ((PluginPhases phase, string word) in new[]
        {
            (PluginPhases.Rewrite, "rewrite"), (PluginPhases.Access, "access"), (PluginPhases.Response, "response"), (PluginPhases.HeaderFilter, "header_filter"),
            (PluginPhases.BodyFilter, "body_filter"), (PluginPhases.Log, "log"),
        })
        {
            if ((plugin.ImplementedPhases & phase) != PluginPhases.None)
            {
                yield return word;
            }
        }
    }

    private static ValueMap Scope(PluginInstance instance) => new()
    {
        ["route"] = instance.RouteId?.ToString(),
        ["service"] = instance.ServiceId?.ToString(),
        ["consumer"] = instance.ConsumerId?.ToString(),
        ["consumer_group"] = instance.ConsumerGroupId?.ToString(),
    };

    // What the gateway answers itself, before any plugin of the route or in the place of a service; plugins may answer before.
    private ValueMap? Refusal(Route route, CompiledService? service)
    {
        IReadOnlyList<Protocol> protocols = route.Protocols;
        return protocols.Contains(Protocol.Https) && !protocols.Contains(Protocol.Http) && !request.IsTls
            ? new ValueMap { ["status"] = (long)route.HttpsRedirectStatusCode, ["message"] = "Please use HTTPS protocol" }
            : (protocols.Contains(Protocol.Grpc) || protocols.Contains(Protocol.Grpcs)) && request.Header("content-type")?.StartsWith("application/grpc", StringComparison.Ordinal) != true
                ? new ValueMap { ["status"] = 415L, ["message"] = "Non-gRPC request matched gRPC route" }
                : service is null ? new ValueMap { ["status"] = 503L, ["message"] = "no Service found with those values" }
                : null;
    }

    private ValueMap Service(CompiledService service, Route route, RouteMatch match)
    {
        byte[] path = new byte[UpstreamPath.MaximumLength(service.Path, _path)];
        PathHandling handling = snapshot.Router.Flavor == Settings.RouterFlavor.Traditional ? route.PathHandling ?? PathHandling.V0 : PathHandling.V0;
        int length = UpstreamPath.Write(handling, service.Path, _path, match.Path.Length, route.StripPath, path);
        Service entity = service.Service;
        return new ValueMap
        {
            ["id"] = entity.Id.ToString(),
            ["name"] = entity.Name,
            ["protocol"] = Schema.Unbind(entity).GetString("protocol"),
            ["host"] = entity.Host,
            ["port"] = (long)entity.Port,
            ["upstream_path"] = Encoding.UTF8.GetString(path.AsSpan(0, length)) + (request.Query.Length > 0 ? "?" + request.Query : ""),
        };
    }

    private ValueMap Upstream(Balancer balancer, Consumer? consumer, RouteMatch match)
    {
        (uint hash, string? input, string? text) = ExplainedHash.Of(request, balancer.Upstream, consumer?.Id, match);
        AddressPool pool = balancer.Pool;
        TargetAddress? picked = pool.Foretell(new PickInput(hash, 0, null));
        int available = pool.AvailableWeight;
        return new ValueMap
        {
            ["id"] = balancer.Upstream.Id.ToString(),
            ["name"] = balancer.Upstream.Name,
            ["algorithm"] = Schema.Unbind(balancer.Upstream).GetString("algorithm"),
            ["hashed"] = input is null ? null : new ValueMap { ["on"] = input, ["value"] = text },
            ["healthy"] = pool.IsHealthy,
            ["pick"] = picked is null ? null : Address(picked),
            ["pick_reason"] = picked is not null ? (balancer.Upstream.Algorithm == BalancingAlgorithm.ConsistentHashing ? "the same for every such request" : "whose turn it is; another request may come first")
                : available == 0 || !pool.IsHealthy ? "no target can be used: the answer is 503"
                : "it depends on what is going on when the request comes",
            ["targets"] = new ValueList(pool.Addresses.Select(address =>
            {
                ValueMap one = Address(address);
                one["weight"] = (long)address.Weight;
                one["health"] = TargetReports.WordOf(address);
                one["share"] = address.IsAvailable && available > 0 ? Math.Round((double)address.Weight / available, 4) : 0d;
                return one;
            })),
        };
    }

    private static ValueMap Address(TargetAddress address) => new() { ["id"] = address.Target.Id.ToString(), ["target"] = address.Target.Address, ["address"] = address.EndPoint.ToString() };

    private static ValueMap Named(Route route) => new() { ["id"] = route.Id.ToString(), ["name"] = route.Name };
}
