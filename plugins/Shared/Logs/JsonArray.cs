using System.Buffers;

namespace Gibbon.Plugins.Shared.Logs;

/// <summary>Puts JSON texts together.</summary>
static class JsonArray
{
    /// <summary>The array of texts that are JSON already.</summary>
    public static byte[] Of(IReadOnlyList<byte[]> items)
    {
        var output = new ArrayBufferWriter<byte>(items.Sum(static item => item.Length + 1) + 2);
        output.Write("["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);

            output.Write(items[i]);
        }

        output.Write("]"u8);
        return output.WrittenSpan.ToArray();
    }
}
