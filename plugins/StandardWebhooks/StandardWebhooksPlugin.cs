using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.StandardWebhooks;

/// <summary>Lets webhooks pass that are signed by the specification "Standard Webhooks".</summary>
sealed class StandardWebhooksPlugin : Plugin<StandardWebhooksConfig>
{
    public override string Name => "standard-webhooks";

    public override int Priority => 760;

    public override string Version => Kong.Version;

    public override PluginScopes Scopes => PluginScopes.Service | PluginScopes.Route;

    public override async ValueTask AccessAsync(RequestContext context, StandardWebhooksConfig config)
    {
        if (await JudgeAsync(context, config) is { } reason)
        {
            context.Log.Debug(reason);
            await context.Response.Error(400);
        }
    }

    /// <summary>Why a webhook is not believed; <c>null</c> if it is.</summary>
    static async ValueTask<string?> JudgeAsync(RequestContext context, StandardWebhooksConfig config)
    {
        var request = context.Request;
        if (request.GetHeader("webhook-id") is not { } id
            || request.GetHeader("webhook-signature") is not { } signature
            || request.GetHeader("webhook-timestamp") is not { } timestamp)
            return "missing required headers";

        // What is no number is the year 1970, and so too old.
        if (!LuaNumbers.TryRead(timestamp, out var sent))
            sent = 0;

        if (context.Host.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000d - sent > config.ToleranceSecond)
            return "timestamp tolerance exceeded";

        var body = await request.GetRawBodyAsync();
        if (body.Error is not null || body.Value.IsEmpty)
            return "missing required body";

        var expected = Sign(config.SecretV1, $"{id}.{Value.ToText(sent)}.", body.Value.Span);
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature))
            ? null
            : "signature not matched";
    }

    static string Sign(string secret, string head, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(head));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
