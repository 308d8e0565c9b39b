using System.Net.Sockets;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Acme;

/// <summary>Looks from outside whether an authority's question for a name would come to this plugin.</summary>
static class SanityTest
{
    /// <summary>Looks.</summary>
    /// <param name="host">The gateway.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="name">The name.</param>
    /// <param name="cancellation">Gives it up.</param>
    public static async ValueTask<EndpointResponse> RunAsync(PluginHost host, AcmeConfig config, string name, CancellationToken cancellation)
    {
        var problem = config.Names.Contain(name) ? await AskAsync(host, name, cancellation) : "host is not included in plugin config.domains";
        return problem is null
            ? EndpointResponse.Message(200, $"sanity test for host {name} passed")
            : EndpointResponse.Message(400, $"problem found running sanity check for {name}: {problem}");
    }

    static async ValueTask<string?> AskAsync(PluginHost host, string name, CancellationToken cancellation)
    {
        var path = $"http://{name}/.well-known/acme-challenge/";
        if (!Uri.TryCreate(path + "x", UriKind.Absolute, out var url))
            return "bad uri";

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            using var response = await host.Http.Get(new HttpClientOptions { ConnectTimeout = TimeSpan.FromSeconds(10) }).SendAsync(request, cancellation);
            var body = await response.Content.ReadAsStringAsync(cancellation);
            if (body == "Not found\n")
                return null;

            if (body.Contains("no Route matched with those values", StringComparison.Ordinal))
                return $"{path}* doesn't map to a Route in Kong; please refer to docs on how to create dummy Route and Service";

            return $"unexpected response: \"{body}\"{((int)response.StatusCode == 404 ? "" : $", unexpected status code: {(int)response.StatusCode}")}";
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException)
        {
            return failure.Message;
        }
    }
}
