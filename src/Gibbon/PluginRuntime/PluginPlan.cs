using System.Collections.Immutable;
using Gibbon.Pdk;
using Protocol = Gibbon.Pdk.Entities.Protocol;

namespace Gibbon.PluginRuntime;

/// <summary>
/// Which plugins run where: one chain for every route and every service that has plugins of its own, and one for the rest. Immutable; a
/// change of one configuration compiles the chains it touches anew and shares the others. There is one for HTTP and one for streams: each has the
/// configurations of which a protocol belongs to it, whatever the others.
/// </summary>
internal sealed class PluginPlan
{
    private readonly ImmutableDictionary<Guid, PluginChain> _byRoute;
    private readonly ImmutableDictionary<Guid, PluginChain> _byService;

    private readonly Subsystem _subsystem;

    private PluginPlan(
        Subsystem subsystem,
        PluginRegistry registry,
        PluginInstances instances,
        PluginChain global,
        ImmutableDictionary<Guid, PluginChain> byService,
        ImmutableDictionary<Guid, PluginChain> byRoute)
    {
        _subsystem = subsystem;
        Registry = registry;
        Instances = instances;
        Global = global;
        _byService = byService;
        _byRoute = byRoute;
    }

    /// <summary>The plugins that can be configured.</summary>
    public PluginRegistry Registry { get; }

    /// <summary>Every enabled configuration.</summary>
    public PluginInstances Instances { get; }

    /// <summary>The chain of a request that has no route, or whose route and service have no plugins of their own.</summary>
    public PluginChain Global { get; }

    public static PluginPlan Empty(PluginRegistry registry, Subsystem subsystem = Subsystem.Http) => new(
        subsystem,
        registry,
        PluginInstances.Empty,
        PluginChain.Empty,
        ImmutableDictionary<Guid, PluginChain>.Empty,
        ImmutableDictionary<Guid, PluginChain>.Empty);

    /// <summary>The chain of a route and its service.</summary>
    public PluginChain Find(Guid route, Guid? service)
    {
        if (!_byRoute.IsEmpty && _byRoute.TryGetValue(route, out PluginChain? own))
        {
            return own;
        }

        return service is { } id && !_byService.IsEmpty && _byService.TryGetValue(id, out PluginChain? shared) ? shared : Global;
    }

    /// <summary>The plan after a change.</summary>
    /// <param name="instances">All enabled configurations after the change.</param>
    /// <param name="changed">Those that came, went or differ: what they looked like before and after.</param>
    /// <param name="movedRoutes">Routes that are new or belong to another service now.</param>
    /// <param name="serviceOf">The service of a route, after the change; null for a route without one or one that is gone.</param>
    public PluginPlan With(
        PluginInstances instances,
        IReadOnlyCollection<PluginInstance> changed,
        IReadOnlyCollection<Guid> movedRoutes,
        Func<Guid, Guid?> serviceOf)
    {
        if (changed.Count == 0 && movedRoutes.Count == 0)
        {
            return this;
        }

        bool everywhere = changed.Any(static instance => instance is { RouteId: null, ServiceId: null });
        HashSet<Guid> services = everywhere
            ? [.. instances.Services]
            : [.. changed.Where(static instance => instance.RouteId is null).Select(static instance => instance.ServiceId!.Value)];
        HashSet<Guid> routes = everywhere
            ? [.. instances.Routes]
            : [
                .. changed.Where(static instance => instance.RouteId is not null).Select(static instance => instance.RouteId!.Value),
                .. movedRoutes,
                .. services.Count == 0 ? [] : instances.Routes.Where(route => serviceOf(route) is { } service && services.Contains(service)),
            ];

        PluginChain global = everywhere ? Compile(instances, null, null) : Global;
        ImmutableDictionary<Guid, PluginChain>.Builder byService = Start(_byService, everywhere);
        foreach (Guid service in services)
        {
            Put(byService, service, instances.HasService(service) ? CompileOwn(instances, null, service) : null);
        }

        ImmutableDictionary<Guid, PluginChain>.Builder byRoute = Start(_byRoute, everywhere);
        foreach (Guid route in routes)
        {
            Put(byRoute, route, instances.HasRoute(route) ? CompileOwn(instances, route, serviceOf(route)) : null);
        }

        return new PluginPlan(_subsystem, Registry, instances, global, byService.ToImmutable(), byRoute.ToImmutable());
    }

    private static ImmutableDictionary<Guid, PluginChain>.Builder Start(ImmutableDictionary<Guid, PluginChain> present, bool anew) =>
        anew ? ImmutableDictionary.CreateBuilder<Guid, PluginChain>() : present.ToBuilder();

    private static void Put(ImmutableDictionary<Guid, PluginChain>.Builder chains, Guid scope, PluginChain? chain)
    {
        if (chain is null)
        {
            chains.Remove(scope);
        }
        else
        {
            chains[scope] = chain;
        }
    }

    // Null when nothing that is attached there belongs to this subsystem: the wider scope's chain serves then.
    private PluginChain? CompileOwn(PluginInstances instances, Guid? route, Guid? service) =>
        instances.For(route, service).Any(instance => (route is null ? instance.ServiceId : instance.RouteId) is not null && Serves(instance))
            ? Compile(instances, route, service)
            : null;

    private bool Serves(PluginInstance instance) =>
        instance.Protocols.Count == 0 || instance.Protocols.Any(protocol => IsStream(protocol) == (_subsystem == Subsystem.Stream));

    private static bool IsStream(Protocol protocol) => protocol is Protocol.Tcp or Protocol.Tls or Protocol.TlsPassthrough or Protocol.Udp;

    private PluginChain Compile(PluginInstances instances, Guid? route, Guid? service)
    {
        SortedDictionary<Plugin, List<PluginInstance>> candidates = new(PluginOrder.Instance);
        foreach (PluginInstance instance in instances.For(route, service).Where(Serves))
        {
            Plugin plugin = Registry.Get(instance.Name);
            if (!candidates.TryGetValue(plugin, out List<PluginInstance>? present))
            {
                candidates[plugin] = present = [];
            }

            present.Add(instance);
        }

        return new PluginChain([.. candidates.Select(static pair => new PluginStep(pair.Key, pair.Value))]);
    }
}
