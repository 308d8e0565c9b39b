using System.Collections.Immutable;

namespace Gibbon.Pdk;

/// <summary>
/// A plugin as the gateway sees it. Plugins in C# derive from <see cref="Plugin{TConfig}"/>; this untyped contract is what the gateway
/// calls
/// and what another host of plugins (Lua) implements. One object serves every request and every configuration, on many threads at once.
/// </summary>
public abstract class Plugin
{
    /// <summary>Kong's default protocols of a plugin: those of HTTP.</summary>
    public static ImmutableArray<string> HttpProtocols { get; } = ["grpc", "grpcs", "http", "https"];

    /// <summary>The protocols of streams.</summary>
    public static ImmutableArray<string> StreamProtocols { get; } = ["tcp", "tls", "tls_passthrough", "udp"];

    /// <summary>The name by which it is configured: <c>key-auth</c>. Unique in a gateway.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// Its place in every phase: the highest runs first, equal ones in descending order of their names. Kong's bundled plugins lie between
    /// -1000 (post-function) and 1000000 (pre-function); authentication between 1000 and 1999.
    /// </summary>
    public abstract int Priority { get; }

    /// <summary>Three numbers, <c>x.y.z</c>: control planes compare it with that of their data planes.</summary>
    public abstract string Version { get; }

    /// <summary>The type of its configuration, which is its schema as well; <c>null</c> if the schema comes from elsewhere.</summary>
    public virtual Type? ConfigType => null;

    /// <summary>
    /// The subschema of <c>plugins</c> for its configurations: made of <see cref="ConfigType"/>, unless the plugin brings it. <c>null</c> if it has none.
    /// </summary>
    public virtual Schemas.Schema? ConfigSchema => ConfigType is null ? null : Schemas.Schema.ForPlugin(Name, ConfigType, Protocols, Scopes);

    /// <summary>The protocols its configurations may name, and by default do. Kong's <c>protocols</c>.</summary>
    public virtual ImmutableArray<string> Protocols => HttpProtocols;

    /// <summary>What its configurations may be attached to.</summary>
    public virtual PluginScopes Scopes => PluginScopes.All;

    /// <summary>The entities it brings (Kong's <c>daos</c>): record types, each its own schema.</summary>
    public virtual ImmutableArray<Type> Entities => [];

    /// <summary>The schemas of the entities it brings: made of <see cref="Entities"/>, unless they come from elsewhere.</summary>
    /// <param name="options">What the gateway's schemas depend on.</param>
    public virtual IReadOnlyList<Schemas.Schema> EntitySchemas(Schemas.SchemaOptions options) =>
        [.. Entities.Select(type => Schemas.Schema.Of(type, options))];

    /// <summary>
    /// Endpoints it adds to the Admin API, beside those made from its entities (Kong's <c>api</c>); where both have a path, these win. Asked for after
    /// <see cref="InitWorkerAsync"/>.
    /// </summary>
    public virtual ImmutableArray<PluginEndpoint> AdminEndpoints => [];

    /// <summary>Endpoints it adds to the Status API (Kong's <c>status_api</c>).</summary>
    public virtual ImmutableArray<PluginEndpoint> StatusEndpoints => [];

    /// <summary>The phases it takes part in. The gateway calls no other.</summary>
    public abstract PluginPhases ImplementedPhases { get; }

    /// <summary>
    /// Called once, when the gateway starts or the plugin is loaded anew, even if no configuration names it. A failure is logged and does
    /// not stop the start. Kong's <c>init_worker</c>.
    /// </summary>
    /// <param name="host">The gateway; may be kept.</param>
    /// <returns>When it is done: the first requests are served before that only if the gateway was already running.</returns>
    public virtual ValueTask InitWorkerAsync(PluginHost host) => ValueTask.CompletedTask;

    /// <summary>Passes its enabled configurations, of every scope, after the start and after each change of one of them.</summary>
    /// <param name="configs">The configurations, each what <see cref="ConfigType"/> says; empty if there is none.</param>
    public abstract ValueTask RunConfigureAsync(IReadOnlyList<object> configs);

    /// <summary>Runs one phase of a request. <see cref="Phase.BodyFilter"/> has a method of its own.</summary>
    /// <param name="phase">The phase: one of <see cref="ImplementedPhases"/>.</param>
    /// <param name="context">The request.</param>
    /// <param name="config">The configuration that the request selected: what <see cref="ConfigType"/> says.</param>
    public abstract ValueTask RunAsync(Phase phase, RequestContext context, object config);

    /// <summary>Runs <see cref="Phase.BodyFilter"/> for one piece of the response's body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="chunk">The piece.</param>
    /// <param name="config">The configuration that the request selected: what <see cref="ConfigType"/> says.</param>
    public abstract ValueTask RunBodyFilterAsync(RequestContext context, BodyChunk chunk, object config);
}
