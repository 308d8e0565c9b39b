using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Session;

/// <summary>
/// Remembers in a cookie who a client has proved to be, so that it need not do so again. Goes with an authentication plugin that has an
/// <c>anonymous</c> consumer.
/// </summary>
sealed class SessionPlugin : Plugin<SessionConfig>
{
    const string AuthenticatedGroups = "X-Authenticated-Groups";

    public override string Name => "session";

    public override int Priority => 1900;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols => [.. HttpProtocols, .. StreamProtocols];

    public override PluginScopes Scopes => PluginScopes.Service | PluginScopes.Route;

    public override ImmutableArray<Type> Entities => [typeof(SessionRecord)];

    public override async ValueTask AccessAsync(RequestContext context, SessionConfig config)
    {
        var session = await OpenSession.OpenAsync(context, config);
        if (!session.IsOpen)
        {
            context.Log.Debug("session not present");
            return;
        }

        if (await LogoutWish.IsThereAsync(context.Request, config))
        {
            await session.LogOutAsync(context);
            SessionCookies.SendWaiting(context);
            await context.Response.Exit(200);
            return;
        }

        await ContinueAsync(context, session);
        SessionCookies.SendWaiting(context);
    }

    public override async ValueTask HeaderFilterAsync(RequestContext context, SessionConfig config)
    {
        if (context.Client.Credential is not { } credential || context.Client.Consumer is not { } consumer)
            return;

        var id = consumer.Id.ToString();
        var session = context.ExistingState<SessionState>()?.Session;
        if (session is not null && session.Content.CredentialId == credential.Id && session.Content.ConsumerId == id)
            return;

        session ??= await OpenSession.OpenAsync(context, config);
        var groups = context.Client.Groups;
        session.Content.Set(id, credential.Id, groups.IsEmpty ? null : groups, consumer.Username ?? consumer.CustomId ?? id);
        await session.SaveAsync(context);
        session.Tell(context, request: false, response: true);
    }

    static async ValueTask ContinueAsync(RequestContext context, OpenSession session)
    {
        if (session.Content.ConsumerId is not { } consumerId || !Guid.TryParseExact(consumerId, "D", out _))
            return;

        var load = await context.Client.LoadConsumerAsync(consumerId);
        if (!load.IsOk && load.Error is { } error)
        {
            context.Log.Err($"could not load consumer: {error}");
            return;
        }

        if (load.Value is not { } consumer)
        {
            context.Log.Debug("failed to find consumer, destroying session");
            await session.LogOutAsync(context);
            return;
        }

        await session.RefreshAsync(context);
        session.Tell(context, request: true, response: true);
        context.State<SessionState>().Session = session;
        Identify(context, session.Content, consumer);
    }

    static void Identify(RequestContext context, SessionContent content, Pdk.Entities.Consumer consumer)
    {
        if (content.CredentialId is { } credential)
            Identity.Set(context, consumer, new Credential(credential) { ConsumerId = consumer.Id, Identifier = credential });
        else
            Identity.SetAnonymous(context, consumer);

        if (content.Groups is { } groups)
        {
            ImmutableArray<string> names = [.. groups];
            context.Client.SetGroups(names);
            context.Service.Request.SetHeader(AuthenticatedGroups, string.Join(", ", names));
        }
        else
        {
            context.Service.Request.ClearHeader(AuthenticatedGroups);
        }
    }
}
