using System.Collections.Immutable;
using System.Net.Sockets;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Serverless;

namespace Gibbon.Plugins.AzureFunctions;

/// <summary>Lets a function of Azure answer in the place of a service.</summary>
/// <param name="port">The port that is asked; <c>null</c> is that of the scheme.</param>
sealed class AzureFunctionsPlugin(int? port = null) : Plugin<AzureFunctionsConfig>
{
    public override string Name => "azure-functions";

    public override int Priority => 749;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override async ValueTask AccessAsync(RequestContext context, AzureFunctionsConfig config)
    {
        var timeout = TimeSpan.FromMilliseconds(config.Timeout ?? 600000);
        var client = context.Host.Http.Get(new HttpClientOptions
        {
            ConnectTimeout = timeout,
            KeepAlive = TimeSpan.FromMilliseconds(config.Keepalive ?? 60000),
            VerifyTls = config.HttpsVerify is true,
        });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.Aborted);
        patience.CancelAfter(timeout);
        var body = await context.Request.GetRawBodyAsync(0);
        using var request = Request(context, config, body.IsOk ? body.Value : default);
        try
        {
            using var response = await client.SendAsync(request, patience.Token);
            var content = await response.Content.ReadAsByteArrayAsync(patience.Token);
            var headers = FunctionAnswer.Headers(response);
            FunctionAnswer.AddVia(context, headers);
            await context.Response.Exit((int)response.StatusCode, content, headers);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            context.Log.Err(failure is OperationCanceledException ? "timeout" : failure.Message);
            await context.Response.Exit(500, new ValueMap { ["message"] = "An unexpected error occurred" });
        }
    }

    HttpRequestMessage Request(RequestContext context, AzureFunctionsConfig config, ReadOnlyMemory<byte> body)
    {
        var query = context.Request.RawQuery;
        var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new UriBuilder(config.Url) { Port = port ?? config.Url.Port, Query = query }.Uri)
        {
            Content = body.IsEmpty ? null : new ReadOnlyMemoryContent(body),
        };
        foreach (var (name, value) in context.Request.GetHeaders())
            if (name is not ("host" or "content-length" or "transfer-encoding" or "connection" or "x-functions-key" or "x-functions-clientid"))
                Add(request, name, value);

        Add(request, "x-functions-key", config.Apikey);
        Add(request, "x-functions-clientid", config.Clientid);
        return request;
    }

    static void Add(HttpRequestMessage request, string name, HeaderValue value)
    {
        for (var i = 0; i < value.Count; i++)
            if (!request.Headers.TryAddWithoutValidation(name, value[i]))
                request.Content?.Headers.TryAddWithoutValidation(name, value[i]);
    }
}
