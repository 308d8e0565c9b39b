using Gibbon.Pdk.Entities;

namespace Gibbon.Routing.Paths;

/// <summary>The path asked of the upstream: the service's path, and of the request what strip_path leaves.</summary>
internal static class UpstreamPath
{
    /// <summary>An upper bound of what <see cref="Write"/> needs.</summary>
    public static int MaximumLength(ReadOnlySpan<byte> servicePath, ReadOnlySpan<byte> requestPath)
        => PathEscaping.MaximumLength(servicePath.Length + requestPath.Length + 1);

    /// <summary>
    /// Writes the escaped upstream path and returns its length.
    /// </summary>
    /// <param name="handling">Joining rules; V1 is plain concatenation and known to the traditional flavour only.</param>
    /// <param name="servicePath">The service's path; empty stands for "/".</param>
    /// <param name="requestPath">The normalised request path.</param>
    /// <param name="matchedLength">How many bytes the route's path matched; 0 when the route has no path.</param>
    /// <param name="stripPath">The route's strip_path.</param>
    /// <param name="destination">At least <see cref="MaximumLength"/> bytes.</param>
    public static int Write(
        PathHandling handling,
        ReadOnlySpan<byte> servicePath,
        ReadOnlySpan<byte> requestPath,
        int matchedLength,
        bool stripPath,
        Span<byte> destination)
    {
        ReadOnlySpan<byte> path = servicePath.IsEmpty ? "/"u8 : servicePath;
        ReadOnlySpan<byte> rest = requestPath;
        ReadOnlySpan<byte> joint = default;
        bool slashEnd = path[^1] == '/';

        if (stripPath)
        {
            rest = Rest(requestPath, matchedLength);
            bool slashStart = !rest.IsEmpty && rest[0] == '/';
            if (slashEnd && slashStart)
            {
                path = path[..^1];
            }
            else if (handling == PathHandling.V0)
            {
                JoinStripped(ref path, slashEnd, rest, slashStart, requestPath, ref joint);
            }
        }
        else if (slashEnd || handling == PathHandling.V1)
        {
            rest = requestPath.IsEmpty ? requestPath : requestPath[1..];
        }
        else if (requestPath.SequenceEqual("/"u8))
        {
            rest = default;
        }

        int written = PathEscaping.Write(path, destination);
        written += PathEscaping.Write(joint, destination[written..]);
        return written + PathEscaping.Write(rest, destination[written..]);
    }

    private static void JoinStripped(
        ref ReadOnlySpan<byte> path, bool slashEnd, ReadOnlySpan<byte> rest, bool slashStart, ReadOnlySpan<byte> requestPath, ref ReadOnlySpan<byte> joint)
    {
        bool requestEndsWithSlash = requestPath.Length > 0 && requestPath[^1] == '/';
        if (!rest.IsEmpty)
        {
            joint = slashEnd || slashStart ? default : "/"u8;
        }
        else if (slashEnd)
        {
            path = path.Length == 1 || requestEndsWithSlash ? path : path[..^1];
        }
        else if (requestEndsWithSlash && requestPath.Length > 1)
        {
            joint = "/"u8;
        }
    }

    // What remains must not climb: a leading dot segment, born of the cut, is dropped.
    private static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> requestPath, int matchedLength)
    {
        int cut = matchedLength > 0 ? matchedLength : 1;
        ReadOnlySpan<byte> rest = cut >= requestPath.Length ? default : requestPath[cut..];
        if (rest.IsEmpty || rest[0] != '.')
        {
            return rest;
        }

        return rest.StartsWith("./"u8) ? rest[2..]
            : rest.StartsWith("../"u8) ? rest[3..]
            : rest is [(byte)'.'] or [(byte)'.', (byte)'.'] ? default
            : rest;
    }
}
