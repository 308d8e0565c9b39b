namespace Gibbon.Pdk;

/// <summary>
/// One request (or stream, or TLS handshake) as plugins see it: Lua's <c>kong</c>. The modules are views that read nothing until asked.
/// </summary>
/// <remarks>
/// Contexts are pooled. Neither the context nor anything reached through it may be used after the log phase; copy out what a queue or a
/// timer
/// needs. A context is used by one thread at a time.
/// </remarks>
public abstract class RequestContext
{
    ContextData? shared;
    ContextStates states;

    /// <summary>The phase the request is in.</summary>
    public Phase Phase { get; private set; }

    /// <summary>Whether this is an HTTP request or a stream. Kong's <c>kong.nginx.get_subsystem</c>.</summary>
    [Kong("kong.nginx.get_subsystem"), Phases(Phase.Any)]
    public abstract Subsystem Subsystem { get; }

    /// <summary>The gateway.</summary>
    public abstract PluginHost Host { get; }

    /// <summary>Cancelled when the client has gone away, or the gateway gives the request up.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <summary>The plugin's configuration that is running; <c>null</c> between plugins. Kong's <c>kong.plugin</c>.</summary>
    [Kong("kong.plugin.get_id"), Phases(Phase.Any)]
    public PluginInstance? Plugin { get; private set; }

    /// <summary>The client's request, as it came. Kong's <c>kong.request</c>.</summary>
    public abstract Request Request { get; }

    /// <summary>The response to the client. Kong's <c>kong.response</c>.</summary>
    public abstract Response Response { get; }

    /// <summary>The service behind the gateway, and what is sent to it and comes from it. Kong's <c>kong.service</c>.</summary>
    public abstract ServiceConnection Service { get; }

    /// <summary>Who is asking. Kong's <c>kong.client</c>.</summary>
    public abstract Client Client { get; }

    /// <summary>The log, under the running plugin's name, with the request's fields. Kong's <c>kong.log</c>.</summary>
    public abstract RequestLog Log { get; }

    /// <summary>The route that matched. Kong's <c>kong.router</c>.</summary>
    public abstract MatchedRoute Router { get; }

    /// <summary>The spans of this request. Kong's <c>kong.tracing</c>.</summary>
    public abstract Tracing Tracing { get; }

    /// <summary>Records for OpenTelemetry's logs. Kong's <c>kong.telemetry</c>.</summary>
    public abstract Telemetry Telemetry { get; }

    /// <summary>Which addresses are trusted. Kong's <c>kong.ip</c>.</summary>
    public ITrustedAddresses Ip => Host.Ip;

    /// <summary>This node. Kong's <c>kong.node</c>.</summary>
    public INode Node => Host.Node;

    /// <summary>The cluster this node is in. Kong's <c>kong.cluster</c>.</summary>
    public ICluster Cluster => Host.Cluster;

    /// <summary>Secrets. Kong's <c>kong.vault</c>.</summary>
    public IVaults Vault => Host.Vault;

    /// <summary>
    /// Data that all plugins of this request see, by name. Kong's <c>kong.ctx.shared</c>: names and types are an agreement between plugins
    /// (<c>authenticated_jwt_token</c>, <c>authenticated_groups</c> …). Created by the first use.
    /// </summary>
    [Kong("kong.ctx.shared"), Phases(Phase.Any)]
    public ContextData Shared => shared ??= new ContextData();

    /// <summary>Whether anything has been put into <see cref="Shared"/>; asks without creating it.</summary>
    public bool HasShared => shared is { Count: > 0 };

    /// <summary>
    /// What the running plugin remembers about this request between its phases; created by the first call. Kong's <c>kong.ctx.plugin</c>:
    /// one object per plugin, request and type, whichever configuration runs. Parts of a plugin may each have a type of their own: none of
    /// them touches what another one keeps.
    /// </summary>
    /// <typeparam name="T">The plugin's own type for it; one that derives from it is another one.</typeparam>
    /// <exception cref="InvalidOperationException">No plugin is running.</exception>
    [Kong("kong.ctx.plugin"), Phases(Phase.Any)]
    public T State<T>()
        where T : class, new() => states.GetOrCreate<T>(Owner);

    /// <summary>What <see cref="State{T}"/> would give, or <c>null</c> if nobody has created it yet.</summary>
    /// <typeparam name="T">The plugin's own type for it; one that derives from it is another one.</typeparam>
    /// <exception cref="InvalidOperationException">No plugin is running.</exception>
    [Kong("kong.ctx.plugin"), Phases(Phase.Any)]
    public T? ExistingState<T>()
        where T : class => states.Find<T>(Owner);

    /// <summary>The plugin that is running; the key of its <see cref="State{T}"/>.</summary>
    protected Plugin? RunningPlugin { get; private set; }

    Plugin Owner => RunningPlugin ?? throw new InvalidOperationException("no plugin is running");

    /// <summary>For the engine: the request enters a phase.</summary>
    /// <param name="phase">The phase.</param>
    protected void EnterPhase(Phase phase) => Phase = phase;

    /// <summary>For the engine: the plugin that runs next, or <c>null</c> twice when none does.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="instance">Its configuration for this request.</param>
    protected void EnterPlugin(Plugin? plugin, PluginInstance? instance)
    {
        RunningPlugin = plugin;
        Plugin = instance;
    }

    /// <summary>
    /// What a host of plugins in another language keeps with the request; <c>null</c> in the beginning. It is disposed of when the request has ended. For such
    /// hosts only: a plugin keeps its own in <see cref="State{T}"/>.
    /// </summary>
    public IDisposable? HostState { get; set; }

    /// <summary>For the engine: forgets everything about the request, before the context goes back to its pool.</summary>
    protected virtual void Reset()
    {
        Phase = Phase.None;
        EnterPlugin(null, null);
        shared = null;
        states.Clear();
        HostState?.Dispose();
        HostState = null;
    }
}
