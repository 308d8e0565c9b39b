using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Admin;

/// <summary>The endpoints of an API, found by path. A written part of a path wins over one that varies; case counts.</summary>
internal sealed class EndpointTable
{
    private readonly Dictionary<string, ApiEndpoint> _byPath = new(StringComparer.Ordinal);
    private readonly Node _root = new();

    /// <param name="endpoints">The endpoints; of those with the same path the later says more than the earlier.</param>
    public EndpointTable(IEnumerable<ApiEndpoint> endpoints)
    {
        foreach (ApiEndpoint endpoint in endpoints)
        {
            _byPath[endpoint.Path] = _byPath.TryGetValue(endpoint.Path, out ApiEndpoint? present) ? present.With(endpoint) : endpoint;
        }

        foreach (ApiEndpoint endpoint in _byPath.Values)
        {
            Add(endpoint);
        }
    }

    /// <summary>The paths as <c>/endpoints</c> shows them, <c>{name}</c> for what varies, sorted part by part.</summary>
    public ImmutableArray<string> Shown =>
    [
        .. _byPath.Keys
            .Select(static path => string.Join('/', path.Split('/').Select(static part => part.StartsWith(':') ? $"{{{part[1..]}}}" : part)))
            .OrderBy(static path => path.Replace('/', '\0'), StringComparer.Ordinal),
    ];

    /// <summary>Finds the endpoint of a path as it was sent.</summary>
    /// <param name="path">The path, escapes and all; one slash at its end does not count.</param>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="parameters">The parts that vary, as they were sent, in the order of the path.</param>
    public bool TryFind(string path, [NotNullWhen(true)] out ApiEndpoint? endpoint, out ImmutableArray<string> parameters)
    {
        string[] parts = path == "/" ? [] : path[1..].Split('/');
        if (parts is [.., ""])
        {
            parts = parts[..^1];
        }

        List<string> found = [];
        endpoint = Find(_root, parts, found);
        parameters = endpoint is null ? [] : [.. found];
        return endpoint is not null;
    }

    private static ApiEndpoint? Find(Node node, ReadOnlySpan<string> parts, List<string> found)
    {
        if (parts.IsEmpty)
        {
            return node.Endpoint;
        }

        if (node.Written.TryGetValue(parts[0], out Node? written) && Find(written, parts[1..], found) is { } endpoint)
        {
            return endpoint;
        }

        if (node.Varying is null || parts[0].Length == 0)
        {
            return null;
        }

        found.Add(parts[0]);
        endpoint = Find(node.Varying, parts[1..], found);
        if (endpoint is null)
        {
            found.RemoveAt(found.Count - 1);
        }

        return endpoint;
    }

    private void Add(ApiEndpoint endpoint)
    {
        Node node = _root;
        foreach (string part in endpoint.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part[0] == ':')
            {
                node = node.Varying ??= new Node();
                continue;
            }

            if (!node.Written.TryGetValue(part, out Node? next))
            {
                node.Written.Add(part, next = new Node());
            }

            node = next;
        }

        node.Endpoint = endpoint;
    }

    private sealed class Node
    {
        public Dictionary<string, Node> Written { get; } = new(StringComparer.Ordinal);

        public Node? Varying { get; set; }

        public ApiEndpoint? Endpoint { get; set; }
    }
}
