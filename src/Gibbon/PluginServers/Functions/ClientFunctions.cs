using System.Net;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Functions;

/// <summary><c>kong.client</c>, <c>kong.ip</c> and <c>kong.router</c>.</summary>
internal static class ClientFunctions
{
    public static IReadOnlyList<KeyValuePair<string, PdkFunction>> All { get; } =
    [
        PdkFunctions.Get("kong.client.get_ip", static call => call.Context.Client.Ip.ToString()),
        PdkFunctions.Get("kong.client.get_forwarded_ip", static call => call.Context.Client.ForwardedIpText),
        PdkFunctions.Get("kong.client.get_port", static call => (long)call.Context.Client.Port),
        PdkFunctions.Get("kong.client.get_forwarded_port", static call => (long)call.Context.Client.ForwardedPort),
        PdkFunctions.Get("kong.client.get_consumer", static call => PdkValues.Of(call.Context.Client.Consumer)),
        PdkFunctions.Get("kong.client.get_credential", static call => CredentialOf(call.Context.Client.Credential)),
        PdkFunctions.Wait("kong.client.load_consumer", static call => LoadConsumerAsync(call)),
        PdkFunctions.Do("kong.client.authenticate", static call => Authenticate(call)),
        PdkFunctions.Wait("kong.client.get_protocol", static call => Protocol(call)),
        PdkFunctions.Get("kong.client.tls.get_full_client_certificate_chain", static call => call.Context.Client.Tls.GetFullClientCertificateChain()),
        PdkFunctions.Try("kong.client.tls.request_client_certificate", static call => call.Context.Client.Tls.RequestClientCertificate()),
        PdkFunctions.Try("kong.client.tls.disable_session_reuse", static call => call.Context.Client.Tls.DisableSessionReuse()),
        PdkFunctions.Do("kong.client.tls.set_client_verify", static call =>
            call.Context.Client.Tls.SetClientVerify(ClientVerify.Parse(call.Text(0, "value must be a string")))),
        PdkFunctions.Get("kong.ip.is_trusted", static call => IPAddress.TryParse(call.TextOrNull(0), out IPAddress? address) && call.Context.Ip.IsTrusted(address)),
        PdkFunctions.Get("kong.router.get_route", static call => PdkValues.Of(call.Context.Router.Route)),
        PdkFunctions.Get("kong.router.get_service", static call => PdkValues.Of(call.Context.Router.Service)),
    ];

    private static ValueMap? CredentialOf(Credential? credential)
    {
        if (credential is null)
        {
            return null;
        }

        ValueMap map = PdkValues.Of(credential.Entity) ?? new ValueMap { ["id"] = credential.Id };
        if (credential.ConsumerId is { } consumer)
        {
            map["consumer_id"] = consumer.ToString();
        }

        return map;
    }

    private static async ValueTask<PdkResult> LoadConsumerAsync(PdkCall call)
    {
        string id = call.Text(0, "consumer_id must be a string");
        Result<Consumer?> found = await call.Context.Client.LoadConsumerAsync(id, call.Flag(1)).ConfigureAwait(false);
        return new PdkResult(PdkValues.Of(found.Value), found.Error);
    }

    private static ValueTask<PdkResult> Protocol(PdkCall call)
    {
        Result<string> protocol = call.Context.Client.GetProtocol(call.Flag(0));
        return ValueTask.FromResult(new PdkResult(protocol.Value, protocol.Error));
    }

    // The consumer need not exist: plugins make some up.
    private static void Authenticate(PdkCall call)
    {
        ValueMap? consumer = Given(call, 0, "consumer must be a table or nil");
        ValueMap? credential = Given(call, 1, "credential must be a table or nil");
        call.Context.Client.Authenticate(
            consumer is null ? null : new Consumer
            {
                Id = Guid.TryParse(consumer.GetString("id"), out Guid id) ? id : Guid.Empty,
                Username = NullIfEmpty(consumer.GetString("username")),
                CustomId = NullIfEmpty(consumer.GetString("custom_id")),
            },
            credential is null ? null : new Credential(Value.ToText(credential.Get("id") ?? ""))
            {
                ConsumerId = Guid.TryParse(credential.GetMap("consumer")?.GetString("id") ?? credential.GetString("consumer_id"), out Guid owner) ? owner : null,
                Identifier = credential.GetString("username") ?? credential.GetString("id"),
                Entity = credential,
            });
    }

    private static ValueMap? Given(PdkCall call, int place, string complaint) => call[place] is null ? null : call.Map(place, complaint);

    private static string? NullIfEmpty(string? text) => text is { Length: > 0 } ? text : null;
}
