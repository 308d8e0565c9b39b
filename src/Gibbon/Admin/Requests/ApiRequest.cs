using System.Collections.Immutable;
using Gibbon.Pdk.Schemas;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Admin.Requests;

/// <summary>A request to an API: what its path, its query and its body say.</summary>
internal sealed class ApiRequest
{
    private readonly ApiEndpoint _endpoint;
    private readonly Dictionary<string, string> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _replaced = new(StringComparer.Ordinal);

    /// <param name="context">The request itself.</param>
    /// <param name="endpoint">Whose it is.</param>
    /// <param name="parameters">The parts of the path that vary, as they were sent.</param>
    /// <param name="query">The arguments of the query.</param>
    /// <param name="body">The body, read.</param>
    public ApiRequest(
        HttpContext context, ApiEndpoint endpoint, ImmutableArray<string> parameters, IReadOnlyList<Argument> query, ApiBody body)
    {
        Context = context;
        Query = query;
        Body = body;
        _endpoint = endpoint;
        int place = 0;
        foreach (string part in endpoint.Path.Split('/'))
        {
            if (part.StartsWith(':'))
            {
                _sent[part[1..]] = parameters[place++];
            }
        }
    }

    public HttpContext Context { get; }

    public IReadOnlyList<Argument> Query { get; }

    public ApiBody Body { get; }

    public string Method => Context.Request.Method;

    public CancellationToken Cancellation => Context.RequestAborted;

    /// <summary>The versions that a change is meant for (<c>If-Match</c>); null when it does not say.</summary>
    public string? IfMatch => Context.Request.Headers.IfMatch is { Count: > 0 } given ? string.Join(',', given.AsEnumerable()) : null;

    /// <summary>The names of the parts of the path that vary.</summary>
    public IEnumerable<string> Parameters => _sent.Keys;

    /// <summary>A part of the path as it was sent, for addresses in answers.</summary>
    public string Sent(string parameter) => _sent[parameter];

    /// <summary>A part of the path, decoded.</summary>
    public string Parameter(string parameter) => _replaced.GetValueOrDefault(parameter) ?? Uri.UnescapeDataString(_sent[parameter]);

    /// <summary>Puts another value in the place of a part of the path: a filter has found out what it stands for.</summary>
    public void Replace(string parameter, string value) => _replaced[parameter] = value;

    /// <summary>The first value of an argument of the query; null when there is none.</summary>
    public string? QueryText(string name)
    {
        foreach (Argument argument in Query)
        {
            if (argument.Name == name)
            {
                return argument.Value as string ?? "true";
            }
        }

        return null;
    }

    /// <summary>What the body says, brought to the types of a schema where it came as a form.</summary>
    public ValueMap Arguments(Schema schema) => Body.Arguments(schema);

    /// <summary>The path of the endpoint, without the values of this request: what may be logged.</summary>
    public string Pattern => _endpoint.Path;
}
