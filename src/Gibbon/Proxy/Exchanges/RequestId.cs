using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Gibbon.Proxy.Exchanges;

/// <summary>The id of a request: 32 hexadecimal digits, random. Never taken from a client.</summary>
internal struct RequestId
{
    private Digits _digits;
    private string? _text;

    /// <summary>Draws a new id.</summary>
    public void Renew()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.Shared.NextBytes(bytes);
        Convert.TryToHexStringLower(bytes, MemoryMarshal.CreateSpan(ref _digits[0], 32), out _);
        _text = null;
    }

    /// <summary>The digits.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Bytes => MemoryMarshal.CreateReadOnlySpan(in _digits[0], 32);

    /// <summary>The digits as a string, made by the first call.</summary>
    public string Text => _text ??= Encoding.ASCII.GetString(Bytes);

    [InlineArray(32)]
    private struct Digits
    {
        private byte _first;
    }
}
