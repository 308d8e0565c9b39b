using System.Collections.Immutable;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime;

/// <summary>All enabled configurations, by what they are attached to. Immutable; a change copies what it touches.</summary>
internal sealed class PluginInstances
{
    public static readonly PluginInstances Empty = new(
        ImmutableDictionary<Guid, PluginInstance>.Empty,
        ImmutableDictionary<Guid, PluginInstance>.Empty,
        ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>>.Empty,
        ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>>.Empty);

    private readonly ImmutableDictionary<Guid, PluginInstance> _unattached;
    private readonly ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>> _byService;
    private readonly ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>> _byRoute;

    private PluginInstances(
        ImmutableDictionary<Guid, PluginInstance> all,
        ImmutableDictionary<Guid, PluginInstance> unattached,
        ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>> byService,
        ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>> byRoute)
    {
        ById = all;
        _unattached = unattached;
        _byService = byService;
        _byRoute = byRoute;
    }

    public ImmutableDictionary<Guid, PluginInstance> ById { get; }

    /// <summary>The services that configurations without a route are attached to.</summary>
    public IEnumerable<Guid> Services => _byService.Keys;

    /// <summary>The routes that configurations are attached to.</summary>
    public IEnumerable<Guid> Routes => _byRoute.Keys;

    public bool HasService(Guid service) => _byService.ContainsKey(service);

    public bool HasRoute(Guid route) => _byRoute.ContainsKey(route);

    /// <summary>Those that fit a route and a service: attached to neither, to the service, or to the route and no other service.</summary>
    public IEnumerable<PluginInstance> For(Guid? route, Guid? service)
    {
        foreach (PluginInstance instance in _unattached.Values)
        {
            yield return instance;
        }

        if (service is { } serviceId && _byService.TryGetValue(serviceId, out ImmutableDictionary<Guid, PluginInstance>? ofService))
        {
            foreach (PluginInstance instance in ofService.Values)
            {
                yield return instance;
            }
        }

        if (route is { } routeId && _byRoute.TryGetValue(routeId, out ImmutableDictionary<Guid, PluginInstance>? ofRoute))
        {
            foreach (PluginInstance instance in ofRoute.Values)
            {
                if (instance.ServiceId is null || instance.ServiceId == service)
                {
                    yield return instance;
                }
            }
        }
    }

    /// <summary>The set without these, with those.</summary>
    public PluginInstances With(IEnumerable<PluginInstance> removed, IEnumerable<PluginInstance> added)
    {
        ImmutableDictionary<Guid, PluginInstance>.Builder all = ById.ToBuilder();
        ImmutableDictionary<Guid, PluginInstance>.Builder unattached = _unattached.ToBuilder();
        ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>>.Builder byService = _byService.ToBuilder();
        ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>>.Builder byRoute = _byRoute.ToBuilder();
        foreach (PluginInstance instance in removed)
        {
            all.Remove(instance.Id);
            if (instance.RouteId is { } route)
            {
                Remove(byRoute, route, instance.Id);
            }
            else if (instance.ServiceId is { } service)
            {
                Remove(byService, service, instance.Id);
            }
            else
            {
                unattached.Remove(instance.Id);
            }
        }

        foreach (PluginInstance instance in added)
        {
            all[instance.Id] = instance;
            if (instance.RouteId is { } route)
            {
                Add(byRoute, route, instance);
            }
            else if (instance.ServiceId is { } service)
            {
                Add(byService, service, instance);
            }
            else
            {
                unattached[instance.Id] = instance;
            }
        }

        return new PluginInstances(all.ToImmutable(), unattached.ToImmutable(), byService.ToImmutable(), byRoute.ToImmutable());
    }

    private static void Add(
        ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>>.Builder scopes, Guid scope, PluginInstance instance) =>
        scopes[scope] = (scopes.TryGetValue(scope, out ImmutableDictionary<Guid, PluginInstance>? present)
            ? present
            : ImmutableDictionary<Guid, PluginInstance>.Empty).SetItem(instance.Id, instance);

    private static void Remove(ImmutableDictionary<Guid, ImmutableDictionary<Guid, PluginInstance>>.Builder scopes, Guid scope, Guid id)
    {
        if (!scopes.TryGetValue(scope, out ImmutableDictionary<Guid, PluginInstance>? present))
        {
            return;
        }

        ImmutableDictionary<Guid, PluginInstance> rest = present.Remove(id);
        if (rest.IsEmpty)
        {
            scopes.Remove(scope);
        }
        else
        {
            scopes[scope] = rest;
        }
    }
}
