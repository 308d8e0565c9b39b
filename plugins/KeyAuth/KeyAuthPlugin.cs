using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.KeyAuth;

/// <summary>Authenticates by a key in a header, in the query or in the body.</summary>
sealed class KeyAuthPlugin : AuthenticationPlugin<KeyAuthConfig>
{
    // An expired key must not come back because the store cannot be reached.
    static readonly CredentialLookup<KeyAuthCredential> Credentials =
        new("key", new CacheOptions { ResurrectTimeToLive = TimeSpan.FromMilliseconds(1) });

    public override string Name => "key-auth";

    public override int Priority => 1250;

    public override ImmutableArray<Type> Entities => [typeof(KeyAuthCredential)];

    protected override bool Concerns(RequestContext context, KeyAuthConfig config) =>
        config.RunOnPreflight || context.Request.Method != "OPTIONS";

    protected override ValueTask<Refusal?> AuthenticateAsync(RequestContext context, KeyAuthConfig config)
    {
        if (config.KeyInBody)
            return WithBodyAsync(context, config);

        var sent = Find(context.Request, config, default, out var name);
        if (config.HideCredentials && sent.Text is not null)
            Hide(context.Service.Request, name!);

        return JudgeAsync(context, config, sent);
    }

    static async ValueTask<Refusal?> WithBodyAsync(RequestContext context, KeyAuthConfig config)
    {
        var body = await context.Request.GetBodyAsync();
        if (!body.IsOk)
            context.Log.Info($"cannot search the body for a key: {body.Error}");

        var sent = Find(context.Request, config, body, out var name);
        if (config.HideCredentials && sent.Text is not null)
        {
            Hide(context.Service.Request, name!);
            if (body.Map is { } map)
            {
                map.Remove(name!.Text);
                await context.Service.Request.SetBodyAsync(map);
            }
        }

        return await JudgeAsync(context, config, sent);
    }

    /// <summary>What comes first: the names in their order, and for each the header, the query, the body.</summary>
    static SentKey Find(Request request, KeyAuthConfig config, DecodedBody body, out KeyName? name)
    {
        foreach (var candidate in config.Names)
        {
            var sent = config.KeyInHeader ? candidate.InHeader(request) : default;
            if (!sent.IsPresent && config.KeyInQuery)
                sent = candidate.InQuery(request);

            if (!sent.IsPresent && config.KeyInBody)
                sent = candidate.InBody(body);

            if (sent.IsDuplicate || sent.Text is not null)
            {
                name = candidate;
                return sent;
            }
        }

        name = null;
        return default;
    }

    static void Hide(ServiceRequest request, KeyName name)
    {
        request.ClearQueryArg(name.Text);
        request.ClearHeader(name.Text);
    }

    static ValueTask<Refusal?> JudgeAsync(RequestContext context, KeyAuthConfig config, SentKey sent)
    {
        if (sent.IsDuplicate)
            return ValueTask.FromResult<Refusal?>(config.Duplicate);

        if (string.IsNullOrEmpty(sent.Text))
            return ValueTask.FromResult<Refusal?>(config.Missing);

        var lookup = Credentials.FindAsync(context.Host, sent.Text);
        return lookup.IsCompletedSuccessfully ? AcceptAsync(context, config, lookup.Result) : Await(context, config, lookup);

        static async ValueTask<Refusal?> Await(RequestContext context, KeyAuthConfig config, ValueTask<KeyAuthCredential?> lookup) =>
            await AcceptAsync(context, config, await lookup);
    }

    static ValueTask<Refusal?> AcceptAsync(RequestContext context, KeyAuthConfig config, ICredentialEntity? found)
    {
        if (found is null)
            return ValueTask.FromResult<Refusal?>(config.Unknown);

        var load = context.Client.LoadConsumerAsync(found.Credential.ConsumerId!.Value);
        return load.IsCompletedSuccessfully
            ? ValueTask.FromResult(Accept(context, found.Credential, load.Result))
            : Await(context, found.Credential, load);

        static async ValueTask<Refusal?> Await(RequestContext context, Credential credential, ValueTask<Result<Consumer?>> load) =>
            Accept(context, credential, await load);
    }

    static Refusal? Accept(RequestContext context, Credential credential, Result<Consumer?> consumer)
    {
        if (!consumer.IsOk)
        {
            context.Log.Err(consumer.Error);
            return Refusal.Unexpected;
        }

        Identity.Set(context, consumer.Value, credential);
        return null;
    }
}
