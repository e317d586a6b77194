import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.tensorflow.EagerSession;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.RawTensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat16;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.TUint16;
import org.tensorflow.types.TUint8;
import org.tensorflow.types.family.TType;

/**
 * TensorFlow's own reader and writer of checkpoints, RestoreV2 and SaveV2, for TensorFlowPeerTest to compare with; run from
 * source in a JVM that has TensorFlow and nothing of ours.
 *
 * <p>{@code read PREFIX LIST}: prints "name TAB type TAB shape TAB SHA-256" of the tensors that LIST has "name TAB type" of.
 * {@code write PREFIX LIST FOLDER}: writes those that LIST has "name TAB type TAB shape TAB slice" of; the bytes of the n-th
 * are the file n in FOLDER.
 */
class TensorFlowCheckpoints {
    private static final Map<String, Class<? extends TType>> TYPES = Map.of(
            "float32", TFloat32.class,
            "float64", TFloat64.class,
            "float16", TFloat16.class,
            "bfloat16", TBfloat16.class,
            "int32", TInt32.class,
            "int64", TInt64.class,
            "uint8", TUint8.class,
            "uint16", TUint16.class,
            "bool", TBool.class);

    public static void main(String[] arguments) throws Exception {
        List<String[]> list = Files.readAllLines(Path.of(arguments[2])).stream()
                .map(line -> line.split("\t", -1))
                .toList();
        try (EagerSession session = EagerSession.create()) {
            Ops tf = Ops.create(session);
            if (arguments[0].equals("read")) {
                read(tf, arguments[1], list);
            } else {
                write(tf, arguments[1], list, Path.of(arguments[3]));
            }
        }
    }

    private static void read(Ops tf, String prefix, List<String[]> list) throws Exception {
        String[] names = list.stream().map(row -> row[0]).toArray(String[]::new);
        String[] whole = list.stream().map(row -> "").toArray(String[]::new);
        List<Class<? extends TType>> types = new ArrayList<>();
        list.forEach(row -> types.add(TYPES.get(row[1])));
        List<Output<?>> tensors = tf.train
                .restore(text(tf, TString.scalarOf(prefix)), text(tf, TString.vectorOf(names)), text(tf, TString.vectorOf(whole)), types)
                .tensors();
        for (int i = 0; i < names.length; i++) {
            RawTensor tensor = tensors.get(i).asTensor().asRawTensor();
            byte[] bytes = new byte[(int) tensor.numBytes()];
            tensor.data().read(bytes);
            System.out.println(names[i] + "\t" + list.get(i)[1] + "\t" + shape(tensor.shape()) + "\t"
                    + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        }
    }

    private static List<Long> shape(Shape shape) {
        List<Long> axes = new ArrayList<>();
        for (int axis = 0; axis < shape.numDimensions(); axis++) {
            axes.add(shape.size(axis));
        }
        return axes;
    }

    private static void write(Ops tf, String prefix, List<String[]> list, Path folder) throws IOException {
        List<Operand<?>> tensors = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            byte[] bytes = Files.readAllBytes(folder.resolve(String.valueOf(i)));
            String[] row = list.get(i);
            if (row[1].equals("string")) {
                tensors.add(text(tf, TString.vectorOf(new String(bytes, "UTF-8").split("\n", -1))));
            } else {
                long[] axes = java.util.Arrays.stream(row[2].split("x"))
                        .filter(axis -> !axis.isEmpty())
                        .mapToLong(Long::parseLong)
                        .toArray();
                tensors.add(tf.constant(TYPES.get(row[1]), Shape.of(axes), DataBuffers.of(bytes)));
            }
        }
        tf.train.save(
                text(tf, TString.scalarOf(prefix)),
                text(tf, TString.vectorOf(list.stream().map(row -> row[0]).toArray(String[]::new))),
                text(tf, TString.vectorOf(list.stream().map(row -> row[3]).toArray(String[]::new))),
                tensors);
    }

    private static Operand<TString> text(Ops tf, TString tensor) {
        return tf.constantOf(tensor);
    }
}
