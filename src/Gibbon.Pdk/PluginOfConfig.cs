namespace Gibbon.Pdk;

/// <summary>
/// A plugin in C#. Override the phases you need; the others cost nothing. The object is shared by all requests: what belongs to one request
/// lives in <see cref="RequestContext.State{T}"/>, what belongs to a configuration in the configuration.
/// </summary>
/// <typeparam name="TConfig">
/// The configuration: an immutable record that is its own schema (snake_case of a property's name is the field's name, nullable is
/// optional,
/// the initialiser is the default, attributes are checks).
/// </typeparam>
public abstract class Plugin<TConfig> : Plugin
    where TConfig : class
{
    PluginPhases? implemented;

    /// <inheritdoc/>
    public sealed override Type ConfigType => typeof(TConfig);

    /// <inheritdoc/>
    public sealed override PluginPhases ImplementedPhases => implemented ??= OverriddenPhases.Of(GetType(), typeof(Plugin<TConfig>));

    /// <summary>
    /// Called after the start and after each change of the plugin's configurations: the place to compile what requests need.
    /// More than 50 ms are logged. Kong's <c>configure</c>.
    /// </summary>
    /// <param name="configs">The enabled configurations of every scope; empty if there is none.</param>
    public virtual ValueTask ConfigureAsync(IReadOnlyList<TConfig> configs) => ValueTask.CompletedTask;

    /// <summary>
    /// During a TLS handshake, before a certificate is chosen. Global configurations only. A failure ends the handshake.
    /// </summary>
    /// <param name="context">The connection, as a request that has no route and no headers yet.</param>
    /// <param name="config">The global configuration.</param>
    public virtual ValueTask CertificateAsync(RequestContext context, TConfig config) => ValueTask.CompletedTask;

    /// <summary>Before routing. Global configurations only; an exit here answers at once.</summary>
    /// <param name="context">The request.</param>
    /// <param name="config">The global configuration.</param>
    public virtual ValueTask RewriteAsync(RequestContext context, TConfig config) => ValueTask.CompletedTask;

    /// <summary>
    /// After routing, before the service is contacted. An exit here skips this phase of the plugins that follow; their response phases and
    /// their log still run. An exception is logged and answered with 500.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="config">The most specific configuration for the request.</param>
    public virtual ValueTask AccessAsync(RequestContext context, TConfig config) => ValueTask.CompletedTask;

    /// <summary>
    /// With the service's whole response in memory and nothing sent. A plugin that has it cannot have <see cref="HeaderFilterAsync"/> or
    /// <see cref="BodyFilterAsync"/>, and makes the gateway buffer every response of its requests.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="config">The configuration that was selected in <see cref="AccessAsync"/>.</param>
    public virtual ValueTask ResponseAsync(RequestContext context, TConfig config) => ValueTask.CompletedTask;

    /// <summary>Before the head of the response is sent, the service's or the gateway's own.</summary>
    /// <param name="context">The request.</param>
    /// <param name="config">The selected configuration; the global one if the request never reached <see cref="AccessAsync"/>.</param>
    public virtual ValueTask HeaderFilterAsync(RequestContext context, TConfig config) => ValueTask.CompletedTask;

    /// <summary>
    /// Before a piece of the response's body is sent; at least once, with an empty last piece for a response without a body.
    /// Clear <c>Content-Length</c> in <see cref="HeaderFilterAsync"/> if the length may change.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="chunk">The piece, to read and to replace.</param>
    /// <param name="config">The selected configuration; the global one if the request never reached <see cref="AccessAsync"/>.</param>
    public virtual ValueTask BodyFilterAsync(RequestContext context, BodyChunk chunk, TConfig config) => ValueTask.CompletedTask;

    /// <summary>After the response has been sent. Hand slow work to a queue: the request is kept until this returns.</summary>
    /// <param name="context">The request; invalid once the returned task has completed.</param>
    /// <param name="config">The selected configuration; the global one if the request never reached <see cref="AccessAsync"/>.</param>
    public virtual ValueTask LogAsync(RequestContext context, TConfig config) => ValueTask.CompletedTask;

    /// <summary>When a TCP, TLS or UDP stream has been accepted: what <see cref="AccessAsync"/> is to a request.</summary>
    /// <param name="context">The stream.</param>
    /// <param name="config">The most specific configuration for the stream.</param>
    public virtual ValueTask PrereadAsync(RequestContext context, TConfig config) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public sealed override ValueTask RunConfigureAsync(IReadOnlyList<object> configs) =>
        ConfigureAsync(configs as IReadOnlyList<TConfig> ?? [.. configs.Cast<TConfig>()]);

    /// <inheritdoc/>
    public sealed override ValueTask RunAsync(Phase phase, RequestContext context, object config)
    {
        var typed = (TConfig)config;
        return phase switch
        {
            Phase.Access => AccessAsync(context, typed),
            Phase.HeaderFilter => HeaderFilterAsync(context, typed),
            Phase.Log => LogAsync(context, typed),
            Phase.Rewrite => RewriteAsync(context, typed),
            Phase.Response => ResponseAsync(context, typed),
            Phase.Preread => PrereadAsync(context, typed),
            Phase.Certificate => CertificateAsync(context, typed),
            _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, "a plugin has no such phase"),
        };
    }

    /// <inheritdoc/>
    public sealed override ValueTask RunBodyFilterAsync(RequestContext context, BodyChunk chunk, object config) =>
        BodyFilterAsync(context, chunk, (TConfig)config);
}
