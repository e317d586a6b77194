package io.github.bert4j.ring;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Two workers prove to each other that they know the job's secret, without sending it: each signs both sides' fresh random
 * numbers and ranks by HMAC-SHA-256 (RFC 2104), in a way that the other side's signature cannot be.
 */
record Handshake(byte[] secret, int rank, int workers) {
    private static final int MAGIC = 0x42345231;
    private static final int NONCE = 32;
    private static final int SIGNATURE = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Which end of a connection signs. */
    private enum Side {
        SENDER,
        RECEIVER
    }

    /** The end that will send numbers to the next worker. */
    void asSender(Socket socket) throws IOException {
        shake(socket, Side.SENDER, Side.RECEIVER, (rank + 1) % workers);
    }

    /** The end that will take numbers from the worker before. */
    void asReceiver(Socket socket) throws IOException {
        shake(socket, Side.RECEIVER, Side.SENDER, (rank + workers - 1) % workers);
    }

    private void shake(Socket socket, Side own, Side other, int peer) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] ownNonce = new byte[NONCE];
        RANDOM.nextBytes(ownNonce);
        out.write(ByteBuffer.allocate(3 * Integer.BYTES + NONCE)
                .putInt(MAGIC)
                .putInt(rank)
                .putInt(workers)
                .put(ownNonce)
                .array());
        int magic = in.readInt();
        int peerRank = in.readInt();
        int peerWorkers = in.readInt();
        if (magic != MAGIC || peerRank != peer || peerWorkers != workers) {
            throw new IOException("Whoever is at %s is not worker %d of %d".formatted(socket, peer, workers));
        }
        byte[] peerNonce = in.readNBytes(NONCE);
        out.write(signature(own, rank, ownNonce, peerNonce));
        byte[] proof = in.readNBytes(SIGNATURE);
        if (!MessageDigest.isEqual(proof, signature(other, peer, peerNonce, ownNonce))) {
            throw new IOException("Whoever is at %s does not know this job's secret".formatted(socket));
        }
    }

    private byte[] signature(Side side, int signer, byte[] signersNonce, byte[] othersNonce) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update(side.name().getBytes(StandardCharsets.US_ASCII));
            mac.update(ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(signer)
                    .putInt(workers)
                    .array());
            mac.update(signersNonce);
            mac.update(othersNonce);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }
}
