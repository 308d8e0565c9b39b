using System.Collections.Immutable;
using Gibbon.Balancing;
using Gibbon.Certificates;
using Gibbon.Pdk.Entities;
using Gibbon.PluginRuntime;
using Gibbon.Routing;
using Gibbon.Storage;
using Gibbon.Threading;
using Gibbon.Vaults;

namespace Gibbon.Snapshots;

/// <summary>
/// Makes the next snapshot out of the present one and what changed in the store. The cost follows the change: what did not change is taken
/// over, object for object. Either all of a change is compiled or an exception leaves the present snapshot in force.
/// </summary>
internal sealed class SnapshotBuilder(Snapshot present, EntityChanges changes)
{
    private readonly Dictionary<string, List<ChangedEntity>> _byKind = changes.Changed
        .GroupBy(static change => change.SchemaName, StringComparer.Ordinal)
        .ToDictionary(static group => group.Key, static group => group.ToList(), StringComparer.Ordinal);

    private SecretReferences _secrets = new(present.Secrets);

    /// <summary>The references to vaults that could not be resolved, and why.</summary>
    public IReadOnlyList<string> UnresolvedReferences => _secrets.Problems;

    public Snapshot Build(string configurationHash)
    {
        SecretVaults secrets = Secrets();
        FetchSecrets();
        CaStore authorities = Authorities();
        CertificateIndex certificates = Certificates();
        ImmutableDictionary<Guid, CompiledService> services = Services(certificates, authorities, out HashSet<Guid> switched);
        LongWork.GiveWay();
        (PluginPlan plugins, PluginPlan streamPlugins) = Plugins();
        return present with
        {
            Version = present.Version + 1,
            ConfigurationHash = configurationHash,
            Secrets = secrets,
            Authorities = authorities,
            Certificates = certificates,
            Services = services,
            Balancers = Balancers(),
            Router = Router(switched),
            Plugins = plugins,
            StreamPlugins = streamPlugins,
        };
    }

    private T? Find<T>(string kind, Guid id)
        where T : Entity => (T?)changes.After[kind].Find(id);

    private IEnumerable<T> Children<T>(string kind, string parent, Guid id)
        where T : Entity => changes.After[kind].FindAllFor(parent, id).Cast<T>();

    private List<ChangedEntity> Changed(string kind) => _byKind.TryGetValue(kind, out List<ChangedEntity>? changed) ? changed : [];

    // Whoever refers to a vault is compiled anew when a vault changed.
    private SecretVaults Secrets()
    {
        if (Changed("vaults").Count == 0)
        {
            return present.Secrets;
        }

        SecretVaults secrets = present.Secrets.With(changes.After.All<Vault>());
        _secrets = new SecretReferences(secrets);
        return secrets;
    }

    // All at once: one after the other they would be waited for as long as all together take.
    private void FetchSecrets()
    {
        if (!_secrets.Resolves)
        {
            return;
        }

        foreach (Certificate certificate in WithReferring<Certificate>("certificates", SecretRotation.HasSecret).Select(static change => change.After).OfType<Certificate>())
        {
            _secrets.Begin(certificate.Cert);
            _secrets.Begin(certificate.Key);
            _secrets.Begin(certificate.CertAlt);
            _secrets.Begin(certificate.KeyAlt);
        }

        foreach (Plugin plugin in WithReferring<Plugin>("plugins", static plugin => SecretReferences.IsIn(plugin.Config)).Select(static change => change.After).OfType<Plugin>())
        {
            if (plugin.Enabled)
            {
                PluginInstanceCompiler.BeginSecrets(plugin, present.Plugins.Registry, _secrets);
            }
        }

        _secrets.Wait();
    }

    private IEnumerable<ChangedEntity> WithReferring<T>(string kind, Func<T, bool> refers)
        where T : Entity
    {
        List<ChangedEntity> changed = Changed(kind);
        if (Changed("vaults").Count == 0)
        {
            return changed;
        }

        HashSet<Guid> known = [.. changed.Select(static change => ((Entity)(change.After ?? change.Before)!).Id)];
        return [.. changed, .. changes.After.All<T>().Where(entity => !known.Contains(entity.Id) && refers(entity)).Select(entity => new ChangedEntity(kind, entity, entity))];
    }

    private CaStore Authorities() => Changed("ca_certificates").Count == 0
        ? present.Authorities
        : CaStore.Create(changes.After.All<CaCertificate>().Select(static authority => (authority.Id, authority.Cert)), present.Authorities);

    private CertificateIndex Certificates()
    {
        List<ChangedEntity> certificates = [.. WithReferring<Certificate>("certificates", SecretRotation.HasSecret)];
        List<ChangedEntity> names = Changed("snis");
        if (certificates.Count + names.Count == 0)
        {
            return present.Certificates;
        }

        CertificateIndexBuilder builder = present.Certificates.ToBuilder();
        foreach (ChangedEntity change in names)
        {
            if (change.Before is Sni gone)
            {
                builder.RemoveName(gone.Name);
            }
        }

        foreach (ChangedEntity change in certificates)
        {
            if (change.After is Certificate certificate)
            {
                builder.SetCertificate(
                    certificate.Id,
                    new PemPair(_secrets.Resolve(certificate.Cert)!, _secrets.Resolve(certificate.Key)!),
                    certificate is { CertAlt: { } alternative, KeyAlt: { } key }
                        ? new PemPair(_secrets.Resolve(alternative)!, _secrets.Resolve(key)!)
                        : null,
                    isChecked: !SecretRotation.HasSecret(certificate));
            }
            else
            {
                builder.RemoveCertificate(((Certificate)change.Before!).Id);
            }
        }

        foreach (ChangedEntity change in names)
        {
            if (change.After is Sni name)
            {
                builder.SetName(name.Name, name.Certificate.Id);
            }
        }

        return builder.Build();
    }

    // A service is compiled anew when it changed itself, or when a certificate or authority that it names did.
    private ImmutableDictionary<Guid, CompiledService> Services(CertificateIndex certificates, CaStore authorities, out HashSet<Guid> switched)
    {
        switched = [];
        ImmutableDictionary<Guid, CompiledService>.Builder services = present.Services.ToBuilder();
        foreach (ChangedEntity change in Changed("services"))
        {
            if (change.After is Service service)
            {
                services[service.Id] = ServiceCompiler.Compile(service, certificates, authorities);
                if (change.Before is Service before && before.Enabled != service.Enabled)
                {
                    switched.Add(service.Id);
                }
            }
            else
            {
                services.Remove(((Service)change.Before!).Id);
            }
        }

        if (!ReferenceEquals(certificates, present.Certificates) || !ReferenceEquals(authorities, present.Authorities))
        {
            foreach (CompiledService compiled in present.Services.Values)
            {
                if (compiled.DependsOnCertificates && services.TryGetValue(compiled.Service.Id, out CompiledService? kept))
                {
                    services[compiled.Service.Id] = ServiceCompiler.Compile(kept.Service, certificates, authorities);
                }
            }
        }

        return services.ToImmutable();
    }

    private ImmutableDictionary<string, Balancer> Balancers()
    {
        HashSet<Guid> touched =
        [
            .. Changed("upstreams").Select(static change => ((Entity)(change.After ?? change.Before)!).Id),
            .. Changed("targets").SelectMany(static change => new[] { change.Before as Target, change.After as Target })
                .OfType<Target>().Select(static target => target.Upstream.Id),
        ];
        if (touched.Count == 0)
        {
            return present.Balancers;
        }

        ImmutableDictionary<string, Balancer>.Builder balancers = present.Balancers.ToBuilder();
        foreach (Balancer balancer in present.Balancers.Values.Where(balancer => touched.Contains(balancer.Upstream.Id)))
        {
            balancers.Remove(balancer.Upstream.Name);
        }

        foreach (Guid id in touched)
        {
            if (Find<Upstream>("upstreams", id) is { } upstream)
            {
                Target[] targets = [.. Children<Target>("targets", "upstream", id)];
                balancers[upstream.Name] = new Balancer(upstream, targets, present.BalancerStates.Of(id));
            }
        }

        return balancers.ToImmutable();
    }

    // A disabled service takes its routes out of the router.
    private Router Router(HashSet<Guid> switched)
    {
        Dictionary<Guid, Route?> routes = [];
        foreach (ChangedEntity change in Changed("routes"))
        {
            routes[((Route)(change.After ?? change.Before)!).Id] = change.After as Route;
        }

        foreach (Guid service in switched)
        {
            foreach (Route route in Children<Route>("routes", "service", service))
            {
                routes.TryAdd(route.Id, route);
            }
        }

        if (routes.Count == 0)
        {
            return present.Router;
        }

        List<Route> changed = new(routes.Count);
        List<Guid> removed = [];
        foreach ((Guid id, Route? route) in routes)
        {
            if (route is not null && IsServed(route))
            {
                changed.Add(route);
            }
            else
            {
                removed.Add(id);
            }
        }

        return present.Router.With(new RouterChanges(changed, removed));
    }

    private bool IsServed(Route route) => route.Service is not { } service || Find<Service>("services", service.Id) is { Enabled: true };

    private (PluginPlan Http, PluginPlan Stream) Plugins()
    {
        List<ChangedEntity> plugins = [.. WithReferring<Plugin>("plugins", static plugin => SecretReferences.IsIn(plugin.Config))];
        HashSet<Guid> moved =
        [
            .. Changed("routes")
                .Where(static change => (change.Before as Route)?.Service?.Id != (change.After as Route)?.Service?.Id)
                .Select(static change => ((Route)(change.After ?? change.Before)!).Id),
        ];
        if (plugins.Count == 0 && moved.Count == 0)
        {
            return (present.Plugins, present.StreamPlugins);
        }

        PluginInstances instances = present.Plugins.Instances;
        List<Pdk.PluginInstance> removed = [];
        List<Pdk.PluginInstance> added = [];
        foreach (ChangedEntity change in plugins)
        {
            if (change.Before is Plugin before && instances.ById.TryGetValue(before.Id, out Pdk.PluginInstance? gone))
            {
                removed.Add(gone);
            }

            if (change.After is Plugin { Enabled: true } plugin)
            {
                added.Add(PluginInstanceCompiler.Compile(plugin, present.Plugins.Registry, present.Version + 1, _secrets));
            }
        }

        instances = instances.With(removed, added);
        Pdk.PluginInstance[] touched = [.. removed, .. added];
        return (present.Plugins.With(instances, touched, moved, ServiceOf), present.StreamPlugins.With(instances, touched, moved, ServiceOf));

        Guid? ServiceOf(Guid route) => Find<Route>("routes", route)?.Service?.Id;
    }
}
