using System.Text;

namespace Gibbon.Pdk;

/// <content>What an engine supplies.</content>
public abstract partial class Request
{
    /// <summary>See <see cref="Scheme"/>.</summary>
    protected abstract string SchemeCore { get; }

    /// <summary>See <see cref="Host"/>.</summary>
    protected abstract string HostCore { get; }

    /// <summary>See <see cref="Port"/>.</summary>
    protected abstract int PortCore { get; }

    /// <summary>See <see cref="ForwardedScheme"/>.</summary>
    protected abstract string ForwardedSchemeCore { get; }

    /// <summary>See <see cref="ForwardedHost"/>.</summary>
    protected abstract string ForwardedHostCore { get; }

    /// <summary>See <see cref="ForwardedPort"/>.</summary>
    protected abstract int ForwardedPortCore { get; }

    /// <summary>See <see cref="ForwardedPath"/>.</summary>
    protected abstract string ForwardedPathCore { get; }

    /// <summary>See <see cref="ForwardedPrefix"/>.</summary>
    protected abstract string? ForwardedPrefixCore { get; }

    /// <summary>See <see cref="HttpVersion"/>.</summary>
    protected abstract Version? HttpVersionCore { get; }

    /// <summary>See <see cref="Method"/>.</summary>
    protected abstract string MethodCore { get; }

    /// <summary>See <see cref="Path"/>.</summary>
    protected abstract string PathCore { get; }

    /// <summary>See <see cref="PathBytes"/>.</summary>
    protected virtual ReadOnlySpan<byte> PathBytesCore => Encoding.UTF8.GetBytes(PathCore);

    /// <summary>See <see cref="RawPath"/>.</summary>
    protected abstract string RawPathCore { get; }

    /// <summary>See <see cref="PathWithQuery"/>.</summary>
    protected abstract string PathWithQueryCore { get; }

    /// <summary>See <see cref="RawQuery"/>.</summary>
    protected abstract string RawQueryCore { get; }

    /// <summary>See <see cref="StartTime"/>.</summary>
    protected abstract DateTimeOffset StartTimeCore { get; }

    /// <summary>See <see cref="UriCaptures"/>.</summary>
    protected abstract UriCaptures UriCapturesCore { get; }

    /// <summary>See <see cref="GetQueryArg"/>.</summary>
    /// <param name="name">The argument's name.</param>
    protected virtual QueryValue GetQueryArgCore(string name) => QueryString.Find(RawQueryCore, name, Limits.Default);

    /// <summary>See <see cref="GetQuery"/>.</summary>
    /// <param name="maxArgs">How many at most.</param>
    protected virtual QueryMap GetQueryCore(int maxArgs) => QueryString.Parse(RawQueryCore, maxArgs);

    /// <summary>See <see cref="GetHeader"/>.</summary>
    /// <param name="name">The name, in any spelling.</param>
    protected abstract string? GetHeaderCore(string name);

    /// <summary>See <see cref="HasHeader"/>.</summary>
    /// <param name="name">The name, in any spelling.</param>
    protected abstract bool HasHeaderCore(string name);

    /// <summary>See <see cref="TryGetHeader(string, out ReadOnlySpan{byte})"/>.</summary>
    /// <param name="name">The name, in any spelling.</param>
    /// <param name="value">The value.</param>
    protected virtual bool TryGetHeaderCore(string name, out ReadOnlySpan<byte> value)
    {
        var text = GetHeaderCore(name);
        value = text is null ? default : Encoding.UTF8.GetBytes(text);
        return text is not null;
    }

    /// <summary>See <see cref="TryGetHeader(ReadOnlySpan{byte}, out ReadOnlySpan{byte})"/>.</summary>
    /// <param name="lowerName">The name in lower case.</param>
    /// <param name="value">The value.</param>
    protected abstract bool TryGetHeaderCore(ReadOnlySpan<byte> lowerName, out ReadOnlySpan<byte> value);

    /// <summary>See <see cref="CountHeader"/>.</summary>
    /// <param name="lowerName">The name in lower case.</param>
    protected virtual int CountHeaderCore(ReadOnlySpan<byte> lowerName) =>
        TryGetHeaderCore(lowerName, out _) ? GetHeadersCore(Limits.Default)[Encoding.ASCII.GetString(lowerName)].Count : 0;

    /// <summary>See <see cref="GetHeaders"/>.</summary>
    /// <param name="maxHeaders">How many at most.</param>
    protected abstract HeaderMap GetHeadersCore(int maxHeaders);

    /// <summary>See <see cref="GetRawBodyAsync"/>.</summary>
    /// <param name="maxAllowedFileSize">How many bytes may be read back from a file.</param>
    protected abstract ValueTask<Result<ReadOnlyMemory<byte>>> GetRawBodyCore(long? maxAllowedFileSize);

    /// <summary>See <see cref="GetBodyLengthAsync"/>. An engine that keeps bodies in files knows their length without reading them back.</summary>
    protected virtual async ValueTask<Result<long>> GetBodyLengthCore()
    {
        var raw = await GetRawBodyCore(0).ConfigureAwait(false);
        return raw.IsOk ? raw.Value.Length : Result.Failure<long>(raw.Error);
    }

    async ValueTask<DecodedBody> GetBodyCore(string? mimeType, int maxArgs, long? maxAllowedFileSize)
    {
        mimeType ??= GetHeaderCore("content-type");
        if (BodyDecoder.Refuse(mimeType) is { } refused)
            return refused;

        var raw = await GetRawBodyCore(maxAllowedFileSize).ConfigureAwait(false);
        return raw.IsOk
            ? BodyDecoder.Decode(raw.Value, mimeType!, maxArgs)
            : DecodedBody.Failure(raw.Error, BodyDecoder.Kind(mimeType!));
    }
}
