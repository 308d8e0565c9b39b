using System.Net.Sockets;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>Asks servers that speak JSON, waiting for the answer.</summary>
internal static class VaultHttp
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private static readonly HttpMessageInvoker s_client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    });

    /// <summary>Asks.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">Whom, and for what.</param>
    /// <param name="body">What is sent, and its media type.</param>
    /// <param name="headers">Headers; those without a value are left out.</param>
    /// <returns>The status and the body, or why there is no answer.</returns>
    public static Result<VaultAnswer> Send(
        HttpMethod method, string url, (byte[] Data, string Type)? body = null, params ReadOnlySpan<(string Name, string? Value)> headers)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? target))
        {
            return Result.Failure<VaultAnswer>("the vault's address is no URL");
        }

        using HttpRequestMessage request = new(method, target);
        if (body is { } given)
        {
            request.Content = new ByteArrayContent(given.Data);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", given.Type);
        }

        foreach ((string name, string? value) in headers)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return Send(request);
    }

    /// <summary>Sends a request that is made already.</summary>
    public static Result<VaultAnswer> Send(HttpRequestMessage request)
    {
        using CancellationTokenSource patience = new(s_patience);
        try
        {
            using HttpResponseMessage response = s_client.Send(request, patience.Token);
            using MemoryStream content = new();
            response.Content.CopyTo(content, null, patience.Token);
            return new VaultAnswer((int)response.StatusCode, content.ToArray());
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            return Result.Failure<VaultAnswer>(failure is OperationCanceledException ? "timeout" : failure.Message);
        }
    }

    /// <summary>A body of JSON.</summary>
    public static (byte[] Data, string Type) Json(ValueMap body) => (ValueJson.Write(body), "application/json");

    /// <summary>A body that is a form.</summary>
    public static (byte[] Data, string Type) Form(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        StringBuilder form = new();
        foreach ((string name, string value) in fields)
        {
            form.Append(form.Length == 0 ? "" : "&").Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return (Encoding.ASCII.GetBytes(form.ToString()), "application/x-www-form-urlencoded");
    }

    /// <summary>A file's text without the space around it.</summary>
    public static Result<string> ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return Result.Failure<string>(failure.Message);
        }
    }
}

/// <summary>What a server answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
internal sealed record VaultAnswer(int Status, byte[] Body)
{
    /// <summary>The body as JSON; empty if it is none.</summary>
    public ValueMap Json => field ??= ValueJson.TryRead(Body, out object? value, out _) && value is ValueMap map ? map : [];
}
