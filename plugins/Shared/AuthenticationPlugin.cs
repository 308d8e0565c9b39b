using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared;

/// <summary>
/// What all authentication plugins do alike. Without an anonymous consumer each must succeed, and the last one says who the consumer is;
/// with one, the first that succeeds suffices and the others stand back.
/// </summary>
/// <typeparam name="TConfig">The configuration.</typeparam>
abstract class AuthenticationPlugin<TConfig> : Plugin<TConfig>
    where TConfig : class, IAuthenticationConfig
{
    public sealed override string Version => Kong.Version;

    public sealed override PluginScopes Scopes => PluginScopes.Service | PluginScopes.Route;

    public override ValueTask AccessAsync(RequestContext context, TConfig config)
    {
        if (!Concerns(context, config) || (config.Anonymous is not null && context.Client.Credential is not null))
            return ValueTask.CompletedTask;

        var attempt = AuthenticateAsync(context, config);
        return attempt.IsCompletedSuccessfully
            ? Conclude(context, config, attempt.Result)
            : Await(context, config, attempt);

        static async ValueTask Await(RequestContext context, TConfig config, ValueTask<Refusal?> attempt) =>
            await Conclude(context, config, await attempt);
    }

    /// <summary>Whether a request is authenticated at all.</summary>
    protected virtual bool Concerns(RequestContext context, TConfig config) => true;

    /// <summary>Finds out who the client is and says so with <see cref="Identity.Set"/>; or why it cannot.</summary>
    /// <returns>Why not; <c>null</c> on success.</returns>
    protected abstract ValueTask<Refusal?> AuthenticateAsync(RequestContext context, TConfig config);

    static ValueTask Conclude(RequestContext context, TConfig config, Refusal? refusal)
    {
        if (refusal is null)
            return ValueTask.CompletedTask;

        return config.Anonymous is { } anonymous
            ? Identity.SetAnonymousAsync(context, anonymous)
            : refusal.AnswerAsync(context);
    }
}
